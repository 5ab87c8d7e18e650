package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.pages.Parts.Outline;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

final class PartsTest {
    @Test
    void renderingThatWasHeld_isOneElementAndItsTime() {
        String rows = row("a", "1") + row("b", "2") + row("c", "3");

        assertThat(since(page(rows, "10:00"), page(rows, "10:01")))
                .isEqualTo(
                        main(
                                version(page(rows, "10:00")),
                                "<section data-key=\"s\" data-same=\"1\"></section>",
                                "10:01"));
    }

    @Test
    void changedRow_travelsAlone() {
        String held = row("a", "1") + row("b", "2") + row("c", "3") + row("d", "4");
        String now = row("a", "1") + row("b", "2") + row("c", "5") + row("d", "4");

        assertThat(since(page(held, ""), page(now, "")))
                .contains(
                        "<tr data-key=\"a\" data-same=\"2\"></tr>\n"
                                + row("c", "5")
                                + "<tr data-key=\"d\" data-same=\"1\"></tr>");
    }

    @Test
    void rowThatHasGone_endsARun() {
        String held = row("a", "1") + row("b", "2") + row("c", "3");
        String now = row("a", "1") + row("c", "3");

        assertThat(since(page(held, ""), page(now, "")))
                .contains("<tr data-key=\"a\" data-same=\"1\"></tr>")
                .contains("<tr data-key=\"c\" data-same=\"1\"></tr>");
    }

    @Test
    void rowThatMovedUp_leavesThoseBehindItWhole() {
        String held = row("a", "1") + row("b", "2") + row("c", "3");
        String now = row("c", "3") + row("a", "1") + row("b", "2");

        assertThat(since(page(held, ""), page(now, "")))
                .contains("<tr data-key=\"c\" data-same=\"1\"></tr>")
                .contains(row("a", "1"))
                .contains(row("b", "2"));
    }

    @Test
    void rowsOfTheSameKey_areNeverLeftOut() {
        String held = row("a", "1") + row("a", "2") + row("b", "3");
        String now = row("a", "1") + row("a", "2") + row("b", "4");

        assertThat(since(page(held, ""), page(now, "")))
                .contains(row("a", "1"))
                .contains(row("a", "2"))
                .doesNotContain("data-same");
    }

    @Test
    void whoHoldsNothingThatIsKnown_getsThePageWhole() {
        Parts now = parts(page(row("a", "1"), "10:00"));

        assertThat(text(now.since(null)))
                .startsWith("<main id=\"page\"")
                .contains(row("a", "1"))
                .endsWith("</main>")
                .doesNotContain("<body>");
    }

    @Test
    void version_isOfWhatIsSaid_andNotOfItsTime() {
        String rows = row("a", "1");

        assertThat(version(page(rows, "10:00"))).isEqualTo(version(page(rows, "10:01")));
        assertThat(version(page(rows, "10:00"))).isNotEqualTo(version(page(row("a", "2"), "")));
        assertThat(version(page(rows, ""))).isNotEqualTo(version(page(rows + "<p>more</p>", "")));
        assertThat(text(parts(page(rows, "")).document()))
                .contains("data-version=\"" + version(page(rows, "")) + "\"");
    }

    @Test
    void elementsOfTheSameName_areToldApart_andBracketsInAttributesAreText() {
        String inner = "<section aria-label=\"a > b\"><section>x</section></section>";
        String held = row("a", "1");

        assertThat(since(page(held + inner, ""), page(held + inner + row("z", "9"), "")))
                .contains("<tr data-key=\"a\" data-same=\"1\"></tr>\n" + inner + row("z", "9"));
    }

    @Test
    void whatHasNotChanged_isTheSameObjectInTheNextRendering() {
        Parts first = parts(page(row("a", "1") + row("b", "2"), "10:00"));

        List<Outline> sections =
                first.next(bytes(page(row("a", "1") + row("b", "3"), "10:01")))
                        .outline()
                        .children();

        List<Outline> before = first.outline().children();
        assertThat(sections.getFirst()).isNotSameAs(before.getFirst());
        assertThat(sections.getFirst().children().getFirst())
                .isSameAs(before.getFirst().children().getFirst());
        assertThat(sections.getFirst().children().getLast())
                .isNotSameAs(before.getFirst().children().getLast());
        assertThat(sections.getLast()).as("the time").isNotSameAs(before.getLast());
    }

    /** Rows change, come, go, change places and names; what is around the page changes, too. */
    @Test
    void nextRendering_isAsIfReadByItself() {
        Random random = new Random(11);
        Parts held = null;
        for (int change = 0; change < 2_000; change++) {
            StringBuilder rows = new StringBuilder();
            for (int i = random.nextInt(6); i >= 0; i--) {
                String key = String.valueOf((char) ('a' + random.nextInt(5)));
                String inner = row(key + random.nextInt(2), String.valueOf(random.nextInt(2)));
                rows.append(
                        switch (random.nextInt(4)) {
                            case 0 -> inner;
                            case 1 -> "text" + inner;
                            case 2 -> "<div data-key=\"" + key + "\">" + inner + "</div>";
                            default -> row(key, "2");
                        });
            }
            byte[] html =
                    bytes(
                            page(rows.toString(), String.valueOf(random.nextInt(2)))
                                    .replace("not-ours", "not-ours" + random.nextInt(2)));
            Parts alone = Parts.of(html);
            Parts next = held == null ? alone : held.next(html);

            assertThat(text(next.document())).isEqualTo(text(alone.document()));
            assertThat(next.version()).isEqualTo(alone.version());
            if (held != null) {
                assertThat(text(next.since(held.outline())))
                        .isEqualTo(text(alone.since(held.outline())));
            }
            held = next;
        }
    }

    private static String row(String key, String value) {
        return "<tr data-key=\"" + key + "\"><td title=\"x\">" + value + "<br></td></tr>\n";
    }

    private static String page(String rows, String time) {
        return "<html><body><header><p data-key=\"not-ours\">x</p></header>"
                + main("0000000000000000", "<section data-key=\"s\">" + rows + "</section>", time)
                + "</body></html>";
    }

    private static String main(String version, String content, String time) {
        return "<main id=\"page\" tabindex=\"-1\" data-version=\""
                + version
                + "\">\n"
                + content
                + "\n<p data-key=\"as-of\">"
                + time
                + "</p></main>";
    }

    private static String since(String held, String now) {
        return text(parts(now).since(parts(held).outline()));
    }

    private static String version(String page) {
        return parts(page).version();
    }

    private static Parts parts(String page) {
        return Parts.of(bytes(page));
    }

    private static byte[] bytes(String page) {
        return page.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] html) {
        return new String(html, StandardCharsets.UTF_8);
    }
}
