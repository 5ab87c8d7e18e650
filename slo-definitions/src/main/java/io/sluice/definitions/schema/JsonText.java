package io.sluice.definitions.schema;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes maps, lists, texts, numbers and booleans as JSON, two blanks a level. */
final class JsonText {
    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();

    private JsonText() {}

    static String of(Map<String, Object> object) {
        JsonText json = new JsonText();
        json.write(object, "\n");
        return json.out.append('\n').toString();
    }

    private void write(Object value, String newLine) {
        switch (value) {
            case Map<?, ?> map -> collection("{", "}", newLine, map.entrySet().iterator(), true);
            case List<?> list -> {
                boolean nested = list.stream().anyMatch(v -> v instanceof Map || v instanceof List);
                collection("[", "]", newLine, list.iterator(), nested);
            }
            case String text -> text(text);
            default -> out.append(value);
        }
    }

    private void collection(
            String open, String close, String newLine, Iterator<?> items, boolean onLines) {
        out.append(open);
        if (!items.hasNext()) {
            out.append(close);
            return;
        }
        String inner = onLines ? newLine + INDENT : "";
        for (boolean first = true; items.hasNext(); first = false) {
            Object item = items.next();
            out.append(first ? "" : onLines ? "," : ", ").append(inner);
            if (item instanceof Map.Entry<?, ?> entry) {
                text(String.valueOf(entry.getKey()));
                out.append(": ");
                write(entry.getValue(), newLine + INDENT);
            } else {
                write(item, newLine + INDENT);
            }
        }
        out.append(onLines ? newLine : "").append(close);
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < ' ') {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
