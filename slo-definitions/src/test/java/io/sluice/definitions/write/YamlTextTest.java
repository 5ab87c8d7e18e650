package io.sluice.definitions.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.Tree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.util.List;

/** No reader of any version of YAML may take a text for something else. */
class YamlTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "on",
                "Off",
                "YES",
                "no",
                "y",
                "N",
                "true",
                "Null",
                "~",
                "",
                "1e3",
                "1E+3",
                "007",
                "0x1F",
                "0o7",
                "12:30:45",
                "1_000",
                "2022-01-01",
                ".5",
                ".inf",
                "NaN",
                "inf",
                "+1",
                "-",
                "- a",
                "a: b",
                "a:",
                "a #b",
                "#",
                "@a",
                "%a",
                "&a",
                "*a",
                "!a",
                "|",
                ">",
                "[a]",
                "{a}",
                "<<",
                "=",
                "a ",
                " a",
                "?",
                ",",
                "1.2.3"
            })
    void whatCouldBeTakenForSomethingElse_isQuoted(String text) {
        assertThat(YamlText.of(List.of(new Tree.Text(text)))).matches("(\".*\"|'.*')\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop",
                "two words",
                "28d",
                "1M",
                "http.route",
                "sluice.dev/schedule",
                "a-b_c"
            })
    void words_areNot(String text) {
        assertThat(YamlText.of(List.of(new Tree.Text(text)))).isEqualTo(text + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0.999,0.999",
        "100,100",
        "1E+3,1.E+3",
        "1.2E+4,1.2E+4",
        "1E-10,1.E-10",
        "-0.50,-0.50"
    })
    void numbers_areNumbersInEveryVersion(String number, String written) {
        assertThat(YamlText.of(List.of(new Tree.Numeral(new BigDecimal(number)))))
                .isEqualTo(written + "\n");
    }

    @Test
    void linesOfAText_areLines() {
        Tree tree = new FieldsWriter().text("expr", "sum(a)\n/\nsum(b)").truth("x", true).toTree();
        assertThat(YamlText.of(List.of(tree)))
                .isEqualTo(
                        """
                        expr: |-
                          sum(a)
                          /
                          sum(b)
                        x: true
                        """);
    }

    @Test
    void documents_areSeparated_andListsAndMappingsIndented() {
        Tree item = new FieldsWriter().text("a", "b").texts("c", List.of()).toTree();
        Tree list = new FieldsWriter().someItems("list", List.of(item, item)).toTree();
        assertThat(YamlText.of(List.of(list, item)))
                .isEqualTo(
                        """
                        list:
                          - a: b
                            c: []
                          - a: b
                            c: []
                        ---
                        a: b
                        c: []
                        """);
    }
}
