package io.sluice.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

import java.util.Arrays;

/** The root of the command line: nothing but its subcommands. */
@Command(
        name = "sluice",
        description =
                "Service level objectives from files, and go or no-go for every traffic step.",
        mixinStandardHelpOptions = true,
        version = "sluice 0.1.0",
        subcommands = {
            HelpCommand.class,
            ServeCommand.class,
            InitCommand.class,
            SchemaCommand.class,
            ValidateCommand.class,
            PlanCommand.class,
            ExportCommand.class,
            GateCommand.class,
            EvidenceCommand.class,
            BaselineCommand.class,
            ReportCommand.class,
            StatusCommand.class,
            BacktestCommand.class,
            ReplayCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            TokenCommand.class,
            BenchCommand.class,
            TrainCommand.class
        },
        footer = {
            "",
            "The demo starts with: sluice demo [--once] [--report FILE]",
        })
public final class SluiceCommand {
    private static final String SERVE = "serve";

    /**
     * Runs a command line, and returns its exit code. Making the model of all commands takes a
     * quarter of a server's start, so a server makes only its own.
     */
    public static int execute(String... arguments) {
        return arguments.length > 0 && arguments[0].equals(SERVE)
                ? serveOnly().execute(Arrays.copyOfRange(arguments, 1, arguments.length))
                : new CommandLine(new SluiceCommand()).execute(arguments);
    }

    /** The command {@code serve} by itself; called as it is below the root. */
    static CommandLine serveOnly() {
        CommandLine serve = new CommandLine(new ServeCommand());
        return serve.setCommandName("sluice " + SERVE);
    }
}
