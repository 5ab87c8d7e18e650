package io.sluice.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

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
            StatusCommand.class,
            BacktestCommand.class,
            ReplayCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            TokenCommand.class,
            BenchCommand.class
        },
        footer = {
            "",
            "The demo starts with: sluice demo [--once] [--report FILE]",
        })
public final class SluiceCommand {}
