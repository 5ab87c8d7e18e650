package io.sluice.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

/** The caret stands under its character, whatever stands before it. */
class ExcerptTest {

    @Test
    void caret_isUnderTheColumn() {
        assertThat(Excerpt.of("  service: shop", 3))
                .isEqualTo(new Excerpt("  service: shop", "  ^"));
        assertThat(Excerpt.of("  service: shop", 12).caret()).isEqualTo("           ^");
    }

    @Test
    void placePastTheEnd_isShownThere() {
        assertThat(Excerpt.of("kind:", 6).caret()).isEqualTo("     ^");
        assertThat(Excerpt.of("", 1)).isEqualTo(new Excerpt("", "^"));
        assertThat(Excerpt.of("kind:", 99).caret()).isEqualTo("     ^");
    }

    @Test
    void tabs_areKeptUnderTabs() {
        assertThat(Excerpt.of("\ta\tb", 4).caret()).isEqualTo("\t \t^");
    }

    @Test
    void wideCharacters_takeTwoColumns_andCombiningOnesNone() {
        assertThat(Excerpt.of("名前: x", 5).caret()).isEqualTo("      ^");
        assertThat(Excerpt.of("😀 x", 3).caret()).isEqualTo("   ^");
        assertThat(Excerpt.of("e\u0301 x", 4).caret()).isEqualTo("  ^");
        assertThat(Excerpt.of("ｱ x", 3).caret()).isEqualTo("  ^");
        assertThat(Excerpt.of("한글 x", 4).caret()).isEqualTo("     ^");
    }

    @Test
    void nothingInAFile_commandsTheTerminal() {
        assertThat(Excerpt.of("a\u001b[31m\u0007\u202eb", 9).line())
                .isEqualTo("a\ufffd[31m\ufffd\ufffdb");
    }

    @Property
    void ofALongLine_theSurroundingsAreShown(
            @ForAll @IntRange(min = 121, max = 5000) int length,
            @ForAll @IntRange(min = 1, max = 5001) int column) {
        String line =
                "0123456789".repeat(length / 10 + 1).substring(0, length - 1) + "\ud83d\ude00";

        Excerpt excerpt = Excerpt.of(line, column);

        int at = Math.min(column - 1, length);
        int shownAt = excerpt.caret().length() - 1;
        assertThat(excerpt.caret().strip()).isEqualTo("^");
        assertThat(excerpt.line().codePointCount(0, excerpt.line().length()))
                .isLessThanOrEqualTo(Excerpt.MAX_LENGTH + 2);
        if (at < length - 1) {
            assertThat(excerpt.line().charAt(shownAt)).isEqualTo(line.charAt(at));
        }
    }
}
