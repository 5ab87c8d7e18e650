package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Problem;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The shipped files with one mistake put in at a known place: the whole set is loaded, and there is
 * one error, at that line and column. A hundred of them, ten of each sort, drawn from all the
 * places there are by a fixed seed.
 */
class KnownMistakesTest {
    private static final List<SourceFile> SHIPPED =
            new DefinitionLoader()
                    .load(List.of(Definitions.SHIPPED))
                    .definitions()
                    .orElseThrow()
                    .files();

    private static final int PER_SORT = 10;

    /**
     * A sort of mistake.
     *
     * @param place what it can be made in; the group {@code at} is changed, and there is the error
     */
    private record Sort(String name, Pattern place, UnaryOperator<String> change) {
        Sort(String name, String place, UnaryOperator<String> change) {
            this(name, Pattern.compile("(?m)" + place), change);
        }
    }

    /** A key that is not a part of a longer one. */
    private static final String KEY = "(?<![-a-zA-Z./])";

    private static final List<Sort> SORTS =
            List.of(
                    new Sort(
                            "unknown key",
                            "^ +(?:- )?(?<at>service|description|indicatorRef|budgetingMethod|objectives"
                                    + "|target|timeWindow|metricSource|where|steps|rows|criteria):",
                            key -> key + "x"),
                    new Sort(
                            "duplicate key",
                            "^  service: [-a-z]+\\n  (?<at>)(?=\\w)",
                            _ -> "service: again\n  "),
                    new Sort(
                            "key without a value",
                            "^ +(?:- )?(?<at>(?:budgetingMethod|goMargin|metric|indicatorRef):"
                                    + " [^\\[{\\n#]+)$",
                            entry -> entry.replaceFirst(":.*", ":")),
                    new Sort(
                            "wrong type",
                            KEY
                                    + "(?:target|share|goMargin|value|timeSliceTarget|atLeast|below"
                                    + "|isRolling|required|counter): *(?<at>[a-zA-Z0-9.]+)(?=[ ,}\n])",
                            value -> "[" + value + "]"),
                    new Sort(
                            "boolean of YAML 1.1",
                            KEY + "(?:isRolling|required|counter): *(?<at>true|false)",
                            value -> value.equals("true") ? "yes" : "off"),
                    new Sort(
                            "dangling reference",
                            "(?:^  service| indicatorRef): (?<at>[a-z-]+)$",
                            name -> name + "-nowhere"),
                    new Sort(
                            "out of range",
                            KEY + "(?:target|share|timeSliceTarget): *(?<at>[01][.0-9]*)",
                            _ -> "7"),
                    new Sort(
                            "length without its unit",
                            KEY
                                    + "(?:duration|minimumDuration|lookbackWindow): *(?<at>[0-9]+)[a-zA-Z]",
                            number -> number + "."),
                    new Sort(
                            "word of no meaning",
                            KEY
                                    + "(?:budgetingMethod|op|improvement|statistic): *(?<at>[a-zA-Z0-9]+)",
                            word -> word + "xyzzy"),
                    new Sort(
                            "mistyped source",
                            KEY + "type: *(?<at>spans|metrics|events)",
                            type -> type + "s"));

    private record Mistake(SourceFile file, int from, int to, String text) {
        SourceFile made() {
            String before = file.text().substring(0, from);
            return new SourceFile(file.path(), before + text + file.text().substring(to));
        }

        Position at() {
            return Position.endOf(file.text().substring(0, from));
        }
    }

    private static List<Mistake> mistakes(Sort sort) {
        List<Mistake> mistakes = new ArrayList<>();
        for (SourceFile file : SHIPPED) {
            Matcher place = sort.place().matcher(file.text());
            while (place.find()) {
                boolean comment = lineBefore(file.text(), place.start()).contains("#");
                if (!comment) {
                    mistakes.add(
                            new Mistake(
                                    file,
                                    place.start("at"),
                                    place.end("at"),
                                    sort.change().apply(place.group("at"))));
                }
            }
        }
        Collections.shuffle(mistakes, new Random(353));
        return mistakes.subList(0, PER_SORT);
    }

    private static String lineBefore(String text, int at) {
        return text.substring(text.lastIndexOf('\n', at) + 1, at);
    }

    static Stream<Arguments> sorts() {
        return SORTS.stream().map(sort -> Arguments.argumentSet(sort.name(), sort));
    }

    @ParameterizedTest
    @MethodSource("sorts")
    void aSingleMistake_isASingleErrorWhereItIs(Sort sort) {
        for (Mistake mistake : mistakes(sort)) {
            List<SourceFile> files = new ArrayList<>(SHIPPED);
            files.set(files.indexOf(mistake.file()), mistake.made());

            Loaded loaded = new DefinitionLoader().loadSources(files);

            assertThat(loaded.problems())
                    .as("%s at %s: %s", mistake.file().path(), mistake.at(), mistake.text())
                    .filteredOn(problem -> problem.severity() == Problem.Severity.ERROR)
                    .extracting(Problem::file, p -> new Position(p.line(), p.column()))
                    .containsExactly(tuple(mistake.file().path(), mistake.at()));
        }
    }
}
