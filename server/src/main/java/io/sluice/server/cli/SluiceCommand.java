package io.sluice.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;

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
     * quarter of a server's start, so a server makes only its own, and none where there is nothing
     * to explain.
     */
    public static int execute(String... arguments) {
        return arguments.length > 0 && arguments[0].equals(SERVE)
                ? serve(Arrays.copyOfRange(arguments, 1, arguments.length))
                : new CommandLine(new SluiceCommand()).execute(arguments);
    }

    private static int serve(String... arguments) {
        Optional<ServeArguments> plain = ServeArguments.ofPlain(arguments);
        return plain.isPresent()
                ? serve(
                        plain.get(),
                        new PrintWriter(System.out, true, System.out.charset()),
                        new PrintWriter(System.err, true, System.err.charset()))
                : serveOnly().execute(arguments);
    }

    /** The same, where it is known what is asked. */
    static int serve(ServeArguments arguments, PrintWriter out, PrintWriter err) {
        try {
            return new Serve(out, err, () -> Ansi.AUTO).run(arguments);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** The command {@code serve} by itself; called as it is below the root. */
    static CommandLine serveOnly() {
        CommandLine serve = new CommandLine(new ServeCommand());
        return serve.setCommandName("sluice " + SERVE);
    }
}
