package io.sluice.server.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The definition files that a command is given; a picocli mixin. */
final class DefinitionPaths {
    @Parameters(paramLabel = "PATH", arity = "1..*", description = "files or folders")
    private List<Path> paths = List.of();

    @Spec(Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /**
     * The paths as they were given.
     *
     * @throws ParameterException if one of them cannot be read
     */
    List<Path> readable() {
        for (Path path : paths) {
            if (!Files.isReadable(path)) {
                throw new ParameterException(
                        spec.commandLine(), "cannot read " + path + "; give a file or a folder");
            }
        }
        return paths;
    }
}
