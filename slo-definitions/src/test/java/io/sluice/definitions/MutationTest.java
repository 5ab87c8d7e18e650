package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Problem;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whatever happens to a right file, loading returns, and what it reports stands in the file. */
class MutationTest {
    private static final List<SourceFile> SHIPPED =
            new DefinitionLoader()
                    .load(List.of(Definitions.SHIPPED))
                    .definitions()
                    .orElseThrow()
                    .files();

    /** Files with every key of every kind, and of other tools. */
    private static final List<SourceFile> COMPLETE =
            Stream.of(
                            "schema/openslo.yaml",
                            "schema/sluice.yaml",
                            "broken/sloth.yaml",
                            "broken/pyrra.yaml")
                    .map(name -> new SourceFile(name, read(Path.of("src/test/resources", name))))
                    .toList();

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Keys of block mappings, which shipped files write one a line; labels and annotations are the
     * user's own.
     */
    private static final Pattern KEY = Pattern.compile("(?m)^ *(?:- )?(?<key>[a-zA-Z]+):");

    @Property
    void cutFile_isReportedInsideIt(
            @ForAll("files") SourceFile file, @ForAll @IntRange(max = 1_000_000) int at) {
        check(file, file.text().substring(0, at % (file.text().length() + 1)));
    }

    @Property
    void deletedPart_isReportedInsideTheFile(
            @ForAll("files") SourceFile file,
            @ForAll @IntRange(max = 1_000_000) int from,
            @ForAll @IntRange(min = 1, max = 200) int length) {
        int start = from % file.text().length();
        int end = Math.min(file.text().length(), start + length);
        check(file, file.text().substring(0, start) + file.text().substring(end));
    }

    @Property
    void insertedGarbage_isReportedInsideTheFile(
            @ForAll("files") SourceFile file,
            @ForAll @IntRange(max = 1_000_000) int at,
            @ForAll("garbage") String garbage) {
        int position = at % (file.text().length() + 1);
        check(file, file.text().substring(0, position) + garbage + file.text().substring(position));
    }

    @Property
    void swappedLines_areReportedInsideTheFile(
            @ForAll("files") SourceFile file,
            @ForAll @IntRange(max = 1_000_000) int one,
            @ForAll @IntRange(max = 1_000_000) int other) {
        List<String> lines = new ArrayList<>(file.text().lines().toList());
        java.util.Collections.swap(lines, one % lines.size(), other % lines.size());
        check(file, String.join("\n", lines));
    }

    @Property
    void garbage_isReportedInsideIt(@ForAll("garbage") String garbage) {
        check(new SourceFile("garbage.yaml", ""), garbage);
    }

    @Property
    void mistypedKey_isReportedAtThatKey(
            @ForAll("shipped") SourceFile file, @ForAll @IntRange(max = 1_000_000) int which) {
        List<int[]> keys = new ArrayList<>();
        Matcher matcher = KEY.matcher(file.text());
        while (matcher.find()) {
            keys.add(new int[] {matcher.start("key"), matcher.end("key")});
        }
        int[] key = keys.get(which % keys.size());
        String word = file.text().substring(key[0], key[1]);
        Position at = Position.endOf(file.text().substring(0, key[0]));

        Loaded loaded =
                load(file, file.text().substring(0, key[1]) + "x" + file.text().substring(key[1]));

        // Without apiVersion or kind nobody knows which keys are right, so there the missing one is
        // told at the document's start.
        boolean envelope = word.equals("apiVersion") || word.equals("kind") && at.column() == 1;
        assertThat(loaded.valid()).isFalse();
        assertThat(loaded.problems())
                .anySatisfy(
                        problem -> {
                            if (envelope) {
                                assertThat(problem.message())
                                        .isEqualTo("`" + word + "` is missing");
                            } else {
                                assertThat(new Position(problem.line(), problem.column()))
                                        .isEqualTo(at);
                                assertThat(problem.message())
                                        .isEqualTo(
                                                "unknown key `"
                                                        + word
                                                        + "x`, did you mean `"
                                                        + word
                                                        + "`?");
                            }
                        });
    }

    @Provide
    Arbitrary<SourceFile> shipped() {
        return Arbitraries.of(SHIPPED);
    }

    @Provide
    Arbitrary<SourceFile> files() {
        return Arbitraries.of(Stream.concat(SHIPPED.stream(), COMPLETE.stream()).toList());
    }

    @Provide
    Arbitrary<String> garbage() {
        Arbitrary<String> syntax =
                Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ":",
                        " ",
                        "\n",
                        "\r",
                        "\r\n",
                        "\t",
                        "- ",
                        "? ",
                        "&a ",
                        "*a ",
                        "!!int ",
                        "!<x> ",
                        "|",
                        ">",
                        "'",
                        "\"",
                        "#",
                        "%YAML 1.1\n",
                        "%TAG ! x\n",
                        "---\n",
                        "...\n",
                        "<<: ",
                        "key: ",
                        "\\x",
                        "\ud83d\ude00",
                        "\ud800",
                        "\u0000",
                        "\ufeff",
                        "\u0085",
                        "\u2028",
                        "1e999999999",
                        "0x",
                        "-.inf",
                        "null",
                        "~",
                        ",",
                        "@",
                        "`");
        Arbitrary<String> text = Arbitraries.strings().ofMaxLength(3);
        return Arbitraries.oneOf(syntax, text)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }

    /**
     * Alone, which is ten times as quick; that its references then lead nowhere is one more problem
     * inside it.
     */
    private static Loaded load(SourceFile file, String text) {
        return new DefinitionLoader().loadSources(List.of(new SourceFile(file.path(), text)));
    }

    private static void check(SourceFile file, String text) {
        Loaded loaded = load(file, text);
        String[] lines = text.split("\r\n|\n|\r", -1);
        assertThat(loaded.problems())
                .allSatisfy(
                        problem -> {
                            assertThat(problem.line()).isBetween(1, lines.length);
                            String line = lines[problem.line() - 1];
                            assertThat(problem.column())
                                    .isBetween(1, line.codePointCount(0, line.length()) + 1);
                            assertThat(problem.message()).isNotBlank();
                        });
        boolean error =
                loaded.problems().stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
        assertThat(loaded.valid()).isEqualTo(!error);
    }
}
