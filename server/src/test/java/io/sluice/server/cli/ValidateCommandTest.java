package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code sluice validate} prints, byte for byte, and its exit code. */
class ValidateCommandTest {
    private static final String SERVICE =
            """
            apiVersion: openslo/v1
            kind: Service
            metadata: {name: shop}
            spec: {description: a shop}
            """;

    private static final String BROKEN =
            """
            apiVersion: openslo/v1
            kind: Service
            metadata:
              name: shop
              labels: {名前: x}
            spec:
              descripton: "%, and @|red no markup|@"
            """;

    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("shop.yaml");
    }

    @Test
    void validFiles_areOneLine_and0() throws IOException {
        Files.writeString(file, SERVICE);

        assertThat(validate(Ansi.OFF, folder.toString())).isZero();
        assertThat(out)
                .hasToString(
                        "valid: 0 SLOs and 0 cutovers in 1 file; 0 errors, 0 warnings, 0 notes\n");
    }

    @Test
    void problems_showTheLineWithACaretUnderTheColumn_and1() throws IOException {
        Files.writeString(file, BROKEN);

        assertThat(validate(Ansi.OFF, file.toString())).isOne();
        assertThat(out.toString().replace(file.toString(), "shop.yaml"))
                .isEqualTo(
                        """
                        shop.yaml:5:12: error: not a label's key: `名前`
                              labels: {名前: x}
                                       ^
                            at metadata.labels.名前; expected 1 to 63 letters, digits, -, _ and ., a letter or digit at both ends
                        shop.yaml:7:3: error: unknown key `descripton`, did you mean `description`?
                              descripton: "%, and @|red no markup|@"
                              ^
                            at spec.descripton; expected description
                        not valid: 2 errors, 0 warnings, 0 notes
                        """);
    }

    @Test
    void onATerminal_placeAndCaretAreColoured() throws IOException {
        Files.writeString(file, BROKEN);

        validate(Ansi.ON, file.toString());
        assertThat(out.toString())
                .contains("\u001b[1m" + file + ":7:3:\u001b[")
                .contains("\u001b[1m\u001b[31merror:\u001b[")
                .contains("\u001b[31m  ^\u001b[")
                .contains("@|red no markup|@");
    }

    @Test
    void json_isForPrograms() throws IOException {
        Files.writeString(file, BROKEN);

        assertThat(validate(Ansi.ON, "--format", "json", file.toString())).isOne();
        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.at("/version").asInt()).isOne();
        assertThat(answer.at("/valid").asBoolean()).isFalse();
        assertThat(answer.at("/digest").isNull()).isTrue();
        assertThat(answer.at("/errors").asInt()).isEqualTo(2);
        assertThat(answer.at("/problems/1").toString().replace(file.toString(), "shop.yaml"))
                .isEqualTo(
                        """
                        {"severity":"error","file":"shop.yaml","line":7,"column":3,"path":"spec.descripton",\
                        "message":"unknown key `descripton`, did you mean `description`?","expected":"description"}""");
    }

    @Test
    void json_ofAValidSet_namesItsDigest() throws IOException {
        Files.writeString(file, SERVICE);

        assertThat(validate(Ansi.OFF, "--format=json", file.toString())).isZero();
        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.at("/valid").asBoolean()).isTrue();
        assertThat(answer.at("/digest").asText()).matches("[0-9a-f]{64}");
        assertThat(answer.at("/files").asInt()).isOne();
        assertThat(answer.at("/problems")).isEmpty();
    }

    @Test
    void github_getsAnAnnotationForEachProblem() throws IOException {
        Path odd = Files.writeString(folder.resolve("a,b%c.yaml"), BROKEN);

        assertThat(validate(Ansi.ON, "--format", "github", odd.toString())).isOne();
        assertThat(out.toString().replace(folder + "/", ""))
                .contains(
                        "::error file=a%2Cb%25c.yaml,line=7,col=3::unknown key `descripton`, did"
                                + " you mean `description`?; expected description\n");
        assertThat(out.toString()).endsWith("not valid: 2 errors, 0 warnings, 0 notes\n");
    }

    @Test
    void github_getsWarningsToo_andTheyAreAllowed() throws IOException {
        Files.writeString(
                file,
                """
                apiVersion: openslo/v1
                kind: DataSource
                metadata: {name: somewhere}
                spec: {type: prometheus}
                """);

        assertThat(validate(Ansi.OFF, "--format", "github", file.toString())).isZero();
        assertThat(out.toString())
                .contains("::warning file=")
                .endsWith("; 0 errors, 1 warning, 0 notes\n");
    }

    @Test
    void missingFile_isAUsageError() {
        assertThat(validate(Ansi.OFF, folder.resolve("none.yaml").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("cannot read").contains("none.yaml");
    }

    @Test
    void unknownFormat_isAUsageError() {
        assertThat(validate(Ansi.OFF, "--format", "xml", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("text, json, github");
    }

    private int validate(Ansi ansi, String... arguments) {
        List<String> all = new ArrayList<>(List.of("validate"));
        all.addAll(List.of(arguments));
        return new CommandLine(new SluiceCommand())
                .setColorScheme(Help.defaultColorScheme(ansi))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }
}
