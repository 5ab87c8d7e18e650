package io.sluice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** The build compiles the templates, so pages need no compiler at run time. */
final class TemplatesTest {
    @Test
    void text_isEscaped() {
        var engine =
                TemplateEngine.createPrecompiled(
                        null, ContentType.Html, null, "io.sluice.dashboard.templates");
        var output = new StringOutput();

        engine.render("notice.jte", Map.of("title", "a < b", "lines", List.of("<script>")), output);

        assertThat(output.toString())
                .contains("<h2>a &lt; b</h2>", "<p>&lt;script&gt;</p>")
                .doesNotContain("<script>");
    }
}
