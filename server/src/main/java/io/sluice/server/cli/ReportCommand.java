package io.sluice.server.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code sluice report}: the results table, before against after. */
@Command(
        name = "report",
        description = "Writes a migration's results: before against after, from telemetry.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:written",
            "2:usage, or no such table or cutover",
            "3:the file cannot be written",
            "4:the server cannot be reached"
        })
final class ReportCommand implements Callable<Integer> {
    private static final int REFUSED = 2;
    private static final int UNWRITABLE = 3;

    /** Whom it is for; each is a path of the API. */
    private enum Format {
        markdown("/markdown"),
        csv("/csv"),
        json("");

        private final String path;

        Format(String path) {
            this.path = path;
        }
    }

    @Option(
            names = "--table",
            paramLabel = "NAME",
            description = "a results table (default: the first)")
    private @Nullable String table;

    @Option(
            names = "--format",
            defaultValue = "markdown",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Format format = Format.markdown;

    @Option(
            names = "--before",
            paramLabel = "FROM/TO",
            description = "two times (default: up to where the cutovers began)")
    private @Nullable String before;

    @Option(
            names = "--after",
            paramLabel = "FROM/TO",
            description = "two times (default: since the cutovers had moved all traffic)")
    private @Nullable String after;

    @Option(
            names = "--cutovers",
            paramLabel = "NAMES",
            description =
                    "which cutovers say where before ends and after begins, with commas between"
                            + " them (default: the table's)")
    private @Nullable String cutovers;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "where to write (default: standard output)")
    private @Nullable Path out;

    @Mixin private Api api = new Api();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        String text;
        try (Api.Download answer = api.download(path())) {
            if (answer.status() != 200) {
                err.println(api.url() + " refuses: " + api.detail(answer.body()));
                err.flush();
                return Api.exitCode(answer.status(), REFUSED);
            }
            text = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            err.println(api.unanswered(e));
            err.flush();
            return Api.UNREACHABLE;
        }
        return write(text, err);
    }

    private int write(String text, PrintWriter err) {
        if (out == null) {
            PrintWriter standard = spec.commandLine().getOut();
            standard.print(text);
            standard.flush();
            return 0;
        }
        try {
            Files.writeString(out, text);
            return 0;
        } catch (IOException e) {
            err.println("cannot write " + out + ": " + e);
            err.flush();
            return UNWRITABLE;
        }
    }

    private String path() {
        List<String> parameters = new ArrayList<>();
        add(parameters, "name", table);
        add(parameters, "before", before);
        add(parameters, "after", after);
        add(parameters, "cutovers", cutovers);
        return "/api/v1/results"
                + format.path
                + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters));
    }

    private static void add(List<String> parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.add(name + "=" + Api.encoded(value));
        }
    }
}
