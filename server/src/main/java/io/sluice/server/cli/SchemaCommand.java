package io.sluice.server.cli;

import io.sluice.definitions.schema.DefinitionSchema;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code sluice schema}: the definition language as JSON Schema, for editors. */
@Command(
        name = "schema",
        description = "Prints or writes the JSON Schema that editors complete and check with.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:printed or written", "1:cannot be written", "2:usage"})
final class SchemaCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "KIND",
            arity = "0..1",
            description = "only objects of this kind, for example SLO; all kinds by default")
    private @Nullable String kind;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "write " + DefinitionSchema.FILE_NAME + " there, over an older one")
    private @Nullable Path out;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        DefinitionSchema schema = new DefinitionSchema();
        String text =
                kind == null
                        ? schema.text()
                        : schema.text(kind)
                                .orElseThrow(
                                        () ->
                                                new ParameterException(
                                                        spec.commandLine(),
                                                        "unknown kind "
                                                                + kind
                                                                + "; one of "
                                                                + String.join(
                                                                        ", ", schema.kinds())));
        PrintWriter print = spec.commandLine().getOut();
        if (out == null) {
            print.print(text);
            print.flush();
            return 0;
        }
        try {
            Files.createDirectories(out);
            Path file = Files.writeString(out.resolve(DefinitionSchema.FILE_NAME), text);
            print.println("wrote " + file);
            print.flush();
            return 0;
        } catch (IOException e) {
            spec.commandLine().getErr().println("cannot write to " + out + " (" + e + ")");
            return 1;
        }
    }
}
