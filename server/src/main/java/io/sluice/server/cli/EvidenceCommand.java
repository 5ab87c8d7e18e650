package io.sluice.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.engine.cutover.EvidenceVerification;
import io.sluice.engine.cutover.EvidenceVerifier;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** {@code sluice evidence}: takes a run's evidence along, and decides again what it says. */
@Command(
        name = "evidence",
        description = "Exports the evidence of a cutover's run, and verifies it without a server.",
        mixinStandardHelpOptions = true,
        subcommands = {
            HelpCommand.class,
            EvidenceCommand.Export.class,
            EvidenceCommand.Verify.class
        })
final class EvidenceCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "what of it? export or verify");
    }

    /** {@code sluice evidence export}. */
    @Command(
            name = "export",
            description =
                    "Writes a run's definition, sealed counts and decisions to a file of one JSON"
                            + " object a line.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:written",
                "2:usage, or no such cutover or run",
                "3:the file cannot be written",
                "4:the server cannot be reached"
            })
    static final class Export implements Callable<Integer> {
        private static final int REFUSED = 2;
        private static final int UNWRITABLE = 3;

        @Parameters(paramLabel = "CUTOVER", description = "the cutover's name")
        private String cutover = "";

        @Option(
                names = "--run",
                paramLabel = "NUMBER",
                description = "the run's number (default: the newest)")
        private @Nullable Integer run;

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "where to write (default: CUTOVER-evidence.jsonl)")
        private @Nullable Path out;

        @Mixin private Api api = new Api();

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws InterruptedException {
            PrintWriter err = spec.commandLine().getErr();
            String path =
                    "/api/v1/cutovers/"
                            + Api.encoded(cutover)
                            + "/runs/"
                            + (run == null ? "latest" : run)
                            + "/evidence";
            Path file = out == null ? Path.of(cutover + "-evidence.jsonl") : out;
            try (Api.Download answer = api.download(path)) {
                if (answer.status() != 200) {
                    err.println(api.url() + " refuses: " + api.detail(answer.body()));
                    err.flush();
                    return Api.exitCode(answer.status(), REFUSED);
                }
                return write(answer, file, err);
            } catch (IOException e) {
                err.println(api.unanswered(e));
                err.flush();
                return Api.UNREACHABLE;
            }
        }

        /** Under the file's own name only when it is whole. */
        private int write(Api.Download answer, Path file, PrintWriter err) throws IOException {
            Path parent = file.toAbsolutePath().getParent();
            Path part;
            try {
                part = Files.createTempFile(parent, "evidence", ".part");
            } catch (IOException e) {
                err.println("cannot write beside " + file + ": " + e);
                err.flush();
                return UNWRITABLE;
            }
            try {
                Files.copy(answer.body(), part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
            PrintWriter standard = spec.commandLine().getOut();
            standard.println("written to " + file + "; sluice evidence verify " + file);
            standard.flush();
            return 0;
        }
    }

    /** {@code sluice evidence verify}. */
    @Command(
            name = "verify",
            description = {
                "Holds an exported file against itself: the definition is the one that the run was"
                        + " pinned to, each decision names the one before, and each verdict follows"
                        + " from the sealed counts. Needs no server.",
                "A file that was cut and closed again can only be told by --head."
            },
            mixinStandardHelpOptions = true,
            exitCodeOnExecutionException = Verify.UNREADABLE,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:verified",
                "1:something differs; it is told by its line",
                "2:usage",
                "3:the file cannot be read, or is no exported evidence",
                "4:the chain holds; its verdicts were computed by an arithmetic that this version"
                        + " does not have"
            })
    static final class Verify implements Callable<Integer> {
        private static final int UNREADABLE = 3;

        /** Whom the output is for. */
        private enum Format {
            text,
            json
        }

        @Parameters(paramLabel = "FILE", description = "as it was exported")
        private Path file = Path.of("");

        @Option(
                names = "--head",
                paramLabel = "SHA256",
                description = "the last decision's digest, as it was noted elsewhere")
        private @Nullable String head;

        @Option(
                names = "--format",
                defaultValue = "text",
                description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
        private Format format = Format.text;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            EvidenceVerification verified;
            try (BufferedReader reader = Files.newBufferedReader(file)) {
                verified =
                        EvidenceVerifier.verify(
                                reader.lines().iterator(), Optional.ofNullable(head));
            } catch (IOException | UncheckedIOException e) {
                err.println("cannot read " + file + ": " + e.getMessage());
                err.flush();
                return UNREADABLE;
            }
            switch (format) {
                case text -> print(verified, out);
                case json -> out.println(new ObjectMapper().writeValueAsString(verified));
            }
            out.flush();
            return switch (verified.outcome()) {
                case VERIFIED -> 0;
                case DIFFERS -> 1;
                case NOT_EVIDENCE -> UNREADABLE;
                case OTHER_METHOD -> 4;
            };
        }

        private void print(EvidenceVerification verified, PrintWriter out) {
            for (EvidenceVerification.Difference difference : verified.differences()) {
                out.println(file + ":" + difference.line() + ": " + difference.text());
            }
            if (verified.left() > 0) {
                out.printf("and %,d more%n", verified.left());
            }
            switch (verified.outcome()) {
                case VERIFIED -> {
                    out.printf("verified: %s%n", what(verified));
                    out.printf("head: %s%n", verified.head());
                }
                case DIFFERS -> out.printf("differs: %s%n", what(verified));
                case OTHER_METHOD ->
                        out.printf(
                                "the chain holds, and its verdicts were computed by %s, which"
                                        + " version %s does not have: %s%n",
                                verified.method(), EvidenceVerification.engine(), what(verified));
                case NOT_EVIDENCE -> out.println("no exported evidence");
            }
        }

        private static String what(EvidenceVerification verified) {
            return "%s run %d (%s), %,d decisions (%s), made by version %s"
                    .formatted(
                            verified.cutover(),
                            verified.run(),
                            verified.revision(),
                            verified.decisions(),
                            verified.verdicts().entrySet().stream()
                                    .map(e -> "%,d %s".formatted(e.getValue(), e.getKey()))
                                    .collect(Collectors.joining(", ")),
                            String.join(", ", verified.engines()));
        }
    }
}
