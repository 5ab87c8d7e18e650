package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.schema.DefinitionSchema;
import io.sluice.definitions.schema.Documents;
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Problem.Severity;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A conformance suite for OpenSLO v1, and for what Sluice adds: each rule once kept and once
 * broken. Every {@code .table} under {@code conformance} has a right object, a line {@code ~~~},
 * and then a line for each case:
 *
 * <pre>
 * what is so | text to replace =&gt; text in its place &amp;&amp; more text =&gt; its place
 * </pre>
 *
 * <p>{@code «error»}, {@code «warning»} or {@code «note»} stands directly before the place where
 * that, and nothing else, must be reported; without any, nothing may be. {@code \n} is a line's
 * end, {@code \t} a tab, and {@code $} the text's end. Objects may refer to those of {@code
 * context.yaml}.
 */
class ConformanceTest {
    private static final Path TABLES = Path.of("src/test/resources/conformance");
    private static final Schema SCHEMA =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(new DefinitionSchema().text());
    private static final Pattern MARK = Pattern.compile("«(error|warning|note)»");

    private record Expected(Severity severity, Position at) {
        @Override
        public String toString() {
            return severity.name().toLowerCase(Locale.ROOT) + " " + at.line() + ":" + at.column();
        }
    }

    /**
     * A case.
     *
     * @param marked the text with its marks
     */
    private record Case(String table, String title, String marked) {
        String text() {
            return MARK.matcher(marked).replaceAll("");
        }

        List<Expected> expected() {
            List<Expected> expected = new ArrayList<>();
            Matcher mark = MARK.matcher(marked);
            while (mark.find()) {
                String before = MARK.matcher(marked.substring(0, mark.start())).replaceAll("");
                expected.add(
                        new Expected(
                                Severity.valueOf(mark.group(1).toUpperCase(Locale.ROOT)),
                                Position.endOf(before)));
            }
            return expected;
        }

        @Override
        public String toString() {
            return table + ": " + title;
        }
    }

    static List<Case> cases() throws IOException {
        try (Stream<Path> tables = Files.list(TABLES)) {
            return tables.filter(path -> path.toString().endsWith(".table"))
                    .sorted()
                    .flatMap(ConformanceTest::casesOf)
                    .toList();
        }
    }

    private static Stream<Case> casesOf(Path path) {
        String table = path.getFileName().toString().replace(".table", "");
        String[] parts = read(path).split("(?m)^~~~\n", 2);
        Stream<Case> broken =
                parts[1].lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(line -> changed(table, parts[0], line));
        return Stream.concat(Stream.of(new Case(table, "as it is", parts[0])), broken);
    }

    private static Case changed(String table, String base, String line) {
        String[] titled = line.split(" \\| ", 2);
        String text = base;
        for (String change : titled[1].split(" && ")) {
            String[] sides = change.split(" =>( |$)", 2);
            String from = unescaped(sides[0]);
            String to = unescaped(sides[1]);
            if (from.equals("$")) {
                text += to;
                continue;
            }
            assertThat(text).as(line).contains(from);
            text = text.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to));
        }
        return new Case(table, titled[0], text);
    }

    private static String unescaped(String text) {
        return text.replace("\\n", "\n").replace("\\t", "\t");
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyRule_isKeptOrToldAtItsPlace(Case tried) {
        Loaded loaded =
                new DefinitionLoader()
                        .loadSources(
                                List.of(
                                        new SourceFile("case.yaml", tried.text()),
                                        new SourceFile(
                                                "context.yaml",
                                                read(TABLES.resolve("context.yaml")))));

        assertThat(loaded.problems())
                .as("%s%n%s", tried, tried.text())
                .extracting(
                        p ->
                                new Expected(p.severity(), new Position(p.line(), p.column()))
                                        .toString())
                .containsExactlyElementsOf(
                        tried.expected().stream().map(Expected::toString).toList());
        assertThat(loaded.problems()).allMatch(p -> p.file().equals("case.yaml"));
        assertThat(loaded.definitions().isPresent())
                .isEqualTo(
                        tried.expected().stream().noneMatch(e -> e.severity() == Severity.ERROR));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatTheReadersAccept_theSchemaAccepts(Case tried) {
        if (tried.expected().stream().anyMatch(e -> e.severity() == Severity.ERROR)) {
            return;
        }
        for (JsonNode object : Documents.objects(tried.text())) {
            assertThat(SCHEMA.validate(Documents.withoutNulls(object).toString(), InputFormat.JSON))
                    .as("%s%n%s", tried, tried.text())
                    .isEmpty();
        }
    }

    @Test
    void suite_isOfSomeBreadth() throws IOException {
        assertThat(cases())
                .hasSizeGreaterThan(250)
                .extracting(Case::toString)
                .doesNotHaveDuplicates();
    }
}
