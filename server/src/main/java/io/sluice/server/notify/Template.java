package io.sluice.server.notify;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/**
 * JSON with gaps that are filled from a notification, in the simplest part of Mustache's language:
 * {@code {{name}}} and {@code {{name.of.member}}} are values, {@code {{#name}}…{{/name}}} is there
 * once for each item of a list, or once if a value is there; inside, an item's members come before
 * the notification's. Values are escaped for JSON strings, so a gap stands between quotes.
 * Immutable and thread-safe.
 */
public final class Template {
    private final List<Part> parts;
    private final Escape escape;

    /** What is done to values beside escaping them for JSON. */
    public enum Escape {
        JSON,
        /** Slack's three characters, so that nothing of a value is taken for a link. */
        SLACK;

        private String of(String value) {
            String text =
                    this == SLACK
                            ? value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                            : value;
            return new String(JsonStringEncoder.getInstance().quoteAsString(text));
        }
    }

    private sealed interface Part {
        record Text(String text) implements Part {}

        record Value(String path) implements Part {}

        record Section(String path, List<Part> parts) implements Part {}
    }

    private Template(List<Part> parts, Escape escape) {
        this.parts = List.copyOf(parts);
        this.escape = escape;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if a gap or section has no end; its message says which
     */
    public static Template parse(String text, Escape escape) {
        Parser parser = new Parser(text);
        return new Template(parser.parts(""), escape);
    }

    /** What the template says of a notification. A value that is not there is nothing. */
    public String fill(JsonNode notification) {
        StringBuilder text = new StringBuilder();
        fill(parts, List.of(notification), text);
        return text.toString();
    }

    private void fill(List<Part> some, List<JsonNode> scopes, StringBuilder text) {
        for (Part part : some) {
            switch (part) {
                case Part.Text(String said) -> text.append(said);
                case Part.Value(String path) ->
                        text.append(escape.of(find(path, scopes).asText("")));
                case Part.Section(String path, List<Part> inside) -> {
                    JsonNode value = find(path, scopes);
                    if (value.isArray()) {
                        value.forEach(item -> fill(inside, within(item, scopes), text));
                    } else if (!value.isMissingNode() && !value.isNull()) {
                        fill(inside, within(value, scopes), text);
                    }
                }
            }
        }
    }

    private static List<JsonNode> within(JsonNode scope, List<JsonNode> outer) {
        List<JsonNode> scopes = new ArrayList<>(outer);
        scopes.addFirst(scope);
        return scopes;
    }

    private static JsonNode find(String path, List<JsonNode> scopes) {
        String pointer = "/" + path.replace('.', '/');
        return scopes.stream()
                .map(scope -> scope.at(pointer))
                .filter(value -> !value.isMissingNode() && !value.isNull())
                .findFirst()
                .orElse(scopes.getFirst().at(pointer));
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        /** Up to the end of a section, or of the text. */
        List<Part> parts(String section) {
            List<Part> parts = new ArrayList<>();
            while (true) {
                int open = text.indexOf("{{", at);
                if (open < 0) {
                    if (!section.isEmpty()) {
                        throw new IllegalArgumentException("{{#" + section + "}} has no end");
                    }
                    parts.add(new Part.Text(text.substring(at)));
                    at = text.length();
                    return parts;
                }
                parts.add(new Part.Text(text.substring(at, open)));
                int close = text.indexOf("}}", open);
                if (close < 0) {
                    throw new IllegalArgumentException(
                            "the {{ at character " + (open + 1) + " has no }}");
                }
                String name = text.substring(open + 2, close).strip();
                at = close + 2;
                if (name.equals("/" + section) && !section.isEmpty()) {
                    return parts;
                }
                if (name.isEmpty() || name.startsWith("/")) {
                    throw new IllegalArgumentException("{{" + name + "}} has no beginning");
                }
                parts.add(
                        name.startsWith("#")
                                ? new Part.Section(
                                        name.substring(1).strip(), parts(name.substring(1).strip()))
                                : new Part.Value(name));
            }
        }
    }
}
