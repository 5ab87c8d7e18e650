package io.sluice.server.cli;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.OpenSloExport;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.prometheus.PrometheusRules;
import io.sluice.definitions.yaml.Problem;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code sluice export}: the same objectives for another tool. */
@Command(
        name = "export",
        description = "Writes definitions for another tool, and says what it cannot say there.",
        mixinStandardHelpOptions = true,
        subcommands = {
            HelpCommand.class,
            ExportCommand.Prometheus.class,
            ExportCommand.OpenSlo.class
        })
final class ExportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "export to what? prometheus or openslo");
    }

    /** A text, and what it does not say. */
    private record Written(String text, List<String> leftOut) {}

    /** What every export does: loads, writes, and names what is left out. */
    abstract static class To implements Callable<Integer> {
        @Parameters(paramLabel = "PATH", arity = "1..*", description = "files or folders")
        private List<Path> paths = List.of();

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "where to write (default: standard output)")
        private @Nullable Path out;

        @Spec private CommandSpec spec = CommandSpec.create();

        abstract Written write(DefinitionSet set);

        @Override
        public final Integer call() {
            for (Path path : paths) {
                if (!Files.isReadable(path)) {
                    throw new ParameterException(
                            spec.commandLine(),
                            "cannot read " + path + "; give a file or a folder");
                }
            }
            PrintWriter err = spec.commandLine().getErr();
            Loaded loaded = new DefinitionLoader().load(paths);
            loaded.problems().stream()
                    .filter(p -> p.severity() == Problem.Severity.ERROR)
                    .forEach(err::println);
            int code = loaded.definitions().map(set -> deliver(write(set), err)).orElse(1);
            err.flush();
            return code;
        }

        private int deliver(Written written, PrintWriter err) {
            written.leftOut().forEach(line -> err.println("left out: " + line));
            if (out == null) {
                PrintWriter standard = spec.commandLine().getOut();
                standard.print(written.text());
                standard.flush();
                return 0;
            }
            try {
                Files.writeString(out, written.text());
                return 0;
            } catch (IOException e) {
                throw new ParameterException(
                        spec.commandLine(), "cannot write " + out + ": " + e, e);
            }
        }
    }

    @Command(
            name = "prometheus",
            description = "Recording and alert rules for a Prometheus server that scrapes Sluice.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:written", "1:problems in the definitions", "2:usage"})
    static final class Prometheus extends To {
        @Override
        Written write(DefinitionSet set) {
            PrometheusRules.Export rules = PrometheusRules.of(set);
            return new Written(rules.text(), rules.leftOut());
        }
    }

    @Command(
            name = "openslo",
            description = "Files that any OpenSLO v1 tool can read.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:written", "1:problems in the definitions", "2:usage"})
    static final class OpenSlo extends To {
        @Override
        Written write(DefinitionSet set) {
            OpenSloExport.Export files = OpenSloExport.of(set);
            return new Written(files.text(), files.leftOut());
        }
    }
}
