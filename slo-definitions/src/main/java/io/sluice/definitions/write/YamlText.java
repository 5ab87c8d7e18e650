package io.sluice.definitions.write;

import io.sluice.definitions.model.Tree;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes YAML that readers of YAML 1.1 and of 1.2 take for the same values: equal trees give equal
 * texts, keys keep their order, and a text that either version might take for something else (a
 * boolean, a number, a date, a time) is quoted. Stateless.
 *
 * <p>Block style throughout, since a change of one value is then a change of one line; lines of a
 * text are lines of a literal block.
 */
public final class YamlText {
    private static final String STEP = "  ";

    /**
     * What needs no quotes: begins with a letter, so it is no number, date or indicator, and has no
     * character that means something between words.
     */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?");

    /** Lengths of time, which begin with a digit and are no number in any version. */
    private static final Pattern LENGTH_OF_TIME = Pattern.compile("[1-9][0-9]{0,8}[smhdwMQY]");

    /** In any case of letters; {@code y} and {@code n} by the letter of YAML 1.1. */
    private static final Set<String> MEANT_OTHERWISE =
            Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf");

    private final StringBuilder text = new StringBuilder();

    private YamlText() {}

    /** A stream of documents, separated by {@code ---}. */
    public static String of(List<? extends Tree> documents) {
        YamlText writer = new YamlText();
        for (Tree document : documents) {
            if (!writer.text.isEmpty()) {
                writer.text.append("---\n");
            }
            writer.node(document, "");
        }
        return writer.text.toString();
    }

    /**
     * The node, from where the line stands to a line's end; further lines begin with the indent.
     */
    private void node(Tree node, String indent) {
        switch (node) {
            case Tree.Fields fields when !fields.fields().isEmpty() -> fields(fields, indent);
            case Tree.Items items when !items.items().isEmpty() -> items(items, indent);
            default -> {
                scalar(node, indent);
                text.append('\n');
            }
        }
    }

    private void fields(Tree.Fields fields, String indent) {
        boolean first = true;
        for (Map.Entry<String, Tree> field : fields.fields().entrySet()) {
            text.append(first ? "" : indent).append(line(field.getKey())).append(':');
            first = false;
            if (isBlock(field.getValue())) {
                text.append('\n').append(indent).append(STEP);
                node(field.getValue(), indent + STEP);
            } else {
                text.append(' ');
                scalar(field.getValue(), indent + STEP);
                text.append('\n');
            }
        }
    }

    private void items(Tree.Items items, String indent) {
        boolean first = true;
        for (Tree item : items.items()) {
            text.append(first ? "" : indent).append("- ");
            first = false;
            node(item, indent + STEP);
        }
    }

    private static boolean isBlock(Tree node) {
        return switch (node) {
            case Tree.Fields fields -> !fields.fields().isEmpty();
            case Tree.Items items -> !items.items().isEmpty();
            default -> false;
        };
    }

    private void scalar(Tree node, String indent) {
        switch (node) {
            case Tree.Text t when isLiteral(t.text()) -> literal(t.text(), indent);
            case Tree.Text t -> text.append(line(t.text()));
            case Tree.Numeral n -> text.append(number(n.number()));
            case Tree.Truth t -> text.append(t.truth());
            case Tree.Nothing _ -> text.append("null");
            case Tree.Items _ -> text.append("[]");
            case Tree.Fields _ -> text.append("{}");
        }
    }

    /**
     * A number that keeps its scale. YAML 1.1 takes an exponent for a number's only behind a point,
     * which {@link BigDecimal} leaves out behind a single digit.
     */
    private static String number(BigDecimal number) {
        String text = number.toString();
        int exponent = text.indexOf('E');
        return exponent < 0 || text.indexOf('.') >= 0
                ? text
                : text.substring(0, exponent) + "." + text.substring(exponent);
    }

    /** A text on one line: plain where that is safe, else in the quotes that need fewer escapes. */
    private static String line(String text) {
        boolean plain =
                PLAIN.matcher(text).matches()
                        && !MEANT_OTHERWISE.contains(text.toLowerCase(Locale.ROOT));
        if (plain || LENGTH_OF_TIME.matcher(text).matches()) {
            return text;
        }
        boolean escapes = text.codePoints().anyMatch(c -> !isPrintable(c));
        boolean single = !escapes && (text.indexOf('"') >= 0 || text.indexOf('\\') >= 0);
        return single ? "'" + text.replace("'", "''") + "'" : doubleQuoted(text);
    }

    private static String doubleQuoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints()
                .forEach(
                        c -> {
                            switch (c) {
                                case '"' -> quoted.append("\\\"");
                                case '\\' -> quoted.append("\\\\");
                                case '\n' -> quoted.append("\\n");
                                case '\t' -> quoted.append("\\t");
                                default -> {
                                    if (isPrintable(c)) {
                                        quoted.appendCodePoint(c);
                                    } else {
                                        quoted.append("\\U%08X".formatted(c));
                                    }
                                }
                            }
                        });
        return quoted.append('"').toString();
    }

    /** What every version of YAML lets stand on a line as it is. */
    private static boolean isPrintable(int c) {
        return (c >= 0x20 && c <= 0x7E)
                || (c >= 0xA1 && c <= 0xD7FF && c != 0x2028 && c != 0x2029)
                || (c >= 0xE000 && c < 0xFEFF)
                || (c > 0xFEFF && c <= 0xFFFD)
                || (c >= 0x10000 && c <= 0x10FFFF);
    }

    /**
     * Whether a text of several lines may stand in a literal block, where nothing is escaped: no
     * blank at its beginning, which would be taken for the indent, nor at a line's end, which
     * editors take away.
     */
    private static boolean isLiteral(String text) {
        return text.indexOf('\n') > 0
                && !text.endsWith("\n\n")
                && text.charAt(0) != ' '
                && !text.contains(" \n")
                && !text.endsWith(" ")
                && text.codePoints().allMatch(c -> c == '\n' || isPrintable(c));
    }

    private void literal(String lines, String indent) {
        text.append(lines.endsWith("\n") ? "|" : "|-");
        lines.lines()
                .forEach(
                        line ->
                                text.append('\n')
                                        .append(line.isEmpty() ? "" : indent)
                                        .append(line));
    }
}
