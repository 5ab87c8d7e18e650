package io.sluice.server.cli;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.server.report.Counted;
import io.sluice.server.report.ProblemJson;
import io.sluice.server.report.ProblemText;
import io.sluice.server.report.WorkflowCommands;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code sluice validate}: every problem of every file, at once. */
@Command(
        name = "validate",
        description = "Checks definition files and tells every problem at its line and column.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:valid; warnings and notes are allowed", "1:problems", "2:usage"})
final class ValidateCommand implements Callable<Integer> {

    /** Whom the output is for. */
    private enum Format {
        text,
        json,
        github
    }

    /**
     * What {@code --format json} prints. Members are only ever added.
     *
     * @param digest of the set, absent unless it is valid
     * @param files how many were read, absent unless the set is valid
     */
    private record Answer(
            int version,
            boolean valid,
            @Nullable String digest,
            @Nullable Integer files,
            long errors,
            long warnings,
            long notes,
            List<ProblemJson> problems) {}

    @Mixin private DefinitionPaths paths = new DefinitionPaths();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "${COMPLETION-CANDIDATES}: for people, for programs, or as annotations of a GitHub workflow (default: ${DEFAULT-VALUE})")
    private Format format = Format.text;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Loaded loaded = new DefinitionLoader().load(paths.readable());
        Counted counted = Counted.of(loaded.problems());
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> {
                new ProblemText(spec.commandLine().getColorScheme().ansi())
                        .print(loaded.problems(), out);
                out.println(lastLine(loaded, counted));
            }
            case github -> {
                WorkflowCommands.print(loaded.problems(), Path.of("").toAbsolutePath(), out);
                out.println(lastLine(loaded, counted));
            }
            case json ->
                    Output.json(
                            out,
                            new Answer(
                                    1,
                                    loaded.valid(),
                                    loaded.definitions().map(DefinitionSet::digest).orElse(null),
                                    loaded.definitions()
                                            .map(set -> set.files().size())
                                            .orElse(null),
                                    counted.errors(),
                                    counted.warnings(),
                                    counted.notes(),
                                    ProblemJson.of(loaded.problems())));
        }
        out.flush();
        return loaded.valid() ? 0 : 1;
    }

    private static String lastLine(Loaded loaded, Counted counted) {
        return loaded.definitions()
                        .map(
                                set ->
                                        "valid: %s and %s in %s; "
                                                .formatted(
                                                        Counted.counted(set.slos().size(), "SLO"),
                                                        Counted.counted(
                                                                set.cutovers().size(), "cutover"),
                                                        Counted.counted(
                                                                set.files().size(), "file")))
                        .orElse("not valid: ")
                + counted.inWords();
    }
}
