package io.sluice.server.cli;

import io.sluice.definitions.schema.DefinitionSchema;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/** {@code sluice init}: a first set of definitions for a service, to be read and changed. */
@Command(
        name = "init",
        description = {
            "Writes a first commented set of definitions for a service: the service, an availability",
            "and a latency SLO, how a cutover is added, and the schema that editors complete with.",
            "Asks nothing and overwrites nothing."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:written", "1:a file is there already, or cannot be written", "2:usage"})
final class InitCommand implements Callable<Integer> {
    /** As definitions have it; the longest suffix that a file puts behind it still fits. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,47}[a-z0-9])?");

    private static final String SERVICE = "@SERVICE@";

    private static final List<String> FILES =
            List.of("service.yaml", "availability.yaml", "latency.yaml");

    @Option(
            names = "--service",
            paramLabel = "NAME",
            defaultValue = "my-service",
            description =
                    "the service's name: a-z, 0-9 and -, as its telemetry's service.name (default: ${DEFAULT-VALUE})")
    private String service = "my-service";

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            defaultValue = "slos",
            description = "the folder, made if it is missing (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("slos");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (!NAME.matcher(service).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "not a name: "
                            + service
                            + "; at most 49 of a-z, 0-9 and -, a letter or digit at both ends");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Map<Path, String> files = files();
        for (Path file : files.keySet()) {
            if (Files.exists(file)) {
                err.println(file + " is there already, and nothing was written; name another DIR");
                return 1;
            }
        }
        try {
            Files.createDirectories(folder);
            for (Map.Entry<Path, String> file : files.entrySet()) {
                Files.writeString(file.getKey(), file.getValue(), StandardOpenOption.CREATE_NEW);
                out.println("wrote " + file.getKey());
            }
        } catch (FileAlreadyExistsException e) {
            err.println(e.getFile() + " is there already, and was left as it is");
            return 1;
        } catch (IOException e) {
            err.println("cannot write to " + folder + " (" + e + ")");
            return 1;
        }
        out.println();
        out.println("Check them:   sluice validate " + folder);
        out.println("Measure them: sluice serve --definitions " + folder);
        out.flush();
        return 0;
    }

    private Map<Path, String> files() {
        Map<Path, String> files = new LinkedHashMap<>();
        for (String name : FILES) {
            files.put(folder.resolve(name), template(name).replace(SERVICE, service));
        }
        files.put(folder.resolve(DefinitionSchema.FILE_NAME), new DefinitionSchema().text());
        return files;
    }

    private static String template(String name) {
        try (InputStream in =
                Objects.requireNonNull(InitCommand.class.getResourceAsStream("init/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("a resource of our own cannot be read", e);
        }
    }
}
