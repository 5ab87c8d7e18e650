package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.schema.DefinitionSchema;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** {@code sluice init} and {@code sluice schema}: what a new user starts with. */
class InitCommandTest {
    @TempDir private Path root;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void firstSet_hasNoProblemOfAnyKind() {
        Path slos = root.resolve("slos");

        assertThat(run("init", "--service", "payment", slos.toString())).isZero();
        Loaded loaded = new DefinitionLoader().load(List.of(slos));
        assertThat(loaded.problems()).isEmpty();
        DefinitionSet set = loaded.definitions().orElseThrow();
        assertThat(set.services()).containsOnlyKeys("payment");
        assertThat(set.slos()).containsOnlyKeys("payment-availability", "payment-latency");
        assertThat(slos.resolve(DefinitionSchema.FILE_NAME))
                .hasContent(new DefinitionSchema().text());
        assertThat(out.toString()).contains("sluice validate " + slos);
    }

    @Test
    void cutoverInTheComments_isValidOnceTheMarksAreAway() throws IOException {
        Path slos = root.resolve("slos");
        run("init", "--service", "payment", slos.toString());
        Path service = slos.resolve("service.yaml");
        String text = Files.readString(service);
        int begin = text.indexOf("# ---");
        Files.writeString(
                service,
                text.substring(0, begin)
                        + text.substring(begin)
                                .lines()
                                .map(line -> line.substring(2))
                                .collect(Collectors.joining("\n", "", "\n")));

        Loaded loaded = new DefinitionLoader().load(List.of(slos));
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.definitions().orElseThrow().cutovers()).containsOnlyKeys("payment");
    }

    @Test
    void everyFirstFile_namesTheSchemaBesideIt() throws IOException {
        run("init", root.toString());
        for (String file : List.of("service.yaml", "availability.yaml", "latency.yaml")) {
            assertThat(Files.readAllLines(root.resolve(file)))
                    .first()
                    .isEqualTo("# yaml-language-server: $schema=sluice.schema.json");
        }
    }

    @Test
    void fileThatIsThere_isLeftAsItIs_andNothingIsWritten() throws IOException {
        Path mine = Files.writeString(root.resolve("latency.yaml"), "mine");

        assertThat(run("init", root.toString())).isOne();
        assertThat(mine).hasContent("mine");
        assertThat(root.toFile().list()).containsExactly("latency.yaml");
        assertThat(err.toString()).contains("latency.yaml is there already");
    }

    @Test
    void nameThatNoServiceMayHave_isAUsageError() {
        assertThat(run("init", "--service", "My Service", root.toString())).isEqualTo(2);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void schema_isPrinted_orWrittenOverAnOlderOne() throws IOException {
        DefinitionSchema schema = new DefinitionSchema();
        assertThat(run("schema")).isZero();
        assertThat(out).hasToString(schema.text());

        Files.writeString(root.resolve(DefinitionSchema.FILE_NAME), "older");
        assertThat(run("schema", "--out", root.toString(), "SLO")).isZero();
        assertThat(root.resolve(DefinitionSchema.FILE_NAME))
                .hasContent(schema.text("SLO").orElseThrow());

        assertThat(run("schema", "Slo")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown kind Slo; one of Service, SLO");
    }

    private int run(String... arguments) {
        return new CommandLine(new SluiceCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
