package io.sluice.server.cli;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.yaml.Problem;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code sluice validate}: every problem of every file, at once. */
@Command(
        name = "validate",
        description = "Checks definition files and prints every problem as file:line:column.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:valid; warnings are allowed", "1:problems", "2:usage"})
final class ValidateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "files or folders")
    private List<Path> paths = List.of();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        for (Path path : paths) {
            if (!Files.isReadable(path)) {
                throw new ParameterException(
                        spec.commandLine(), "cannot read " + path + "; give a file or a folder");
            }
        }
        Loaded loaded = new DefinitionLoader().load(paths);
        PrintWriter out = spec.commandLine().getOut();
        loaded.problems().forEach(out::println);
        long errors =
                loaded.problems().stream()
                        .filter(p -> p.severity() == Problem.Severity.ERROR)
                        .count();
        long warnings = loaded.problems().size() - errors;
        out.println(
                loaded.definitions()
                        .map(
                                set ->
                                        "valid: %d SLOs, %d cutovers in %d files, %d warnings"
                                                .formatted(
                                                        set.slos().size(),
                                                        set.cutovers().size(),
                                                        set.files().size(),
                                                        warnings))
                        .orElse("%d errors, %d warnings".formatted(errors, warnings)));
        out.flush();
        return loaded.valid() ? 0 : 1;
    }
}
