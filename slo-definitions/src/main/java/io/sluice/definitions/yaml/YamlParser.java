package io.sluice.definitions.yaml;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Turns a file's text into nodes with positions. Whatever the text, it returns: a text that is not
 * YAML, or goes over a limit, gives a problem and the documents before it.
 *
 * <p>Nodes are composed here from the library's events, rather than by its own composer, because
 * that one recurses, and a text of ten thousand brackets would take the stack with it. With a stack
 * of our own, depth is a number to compare; an alias can only name a finished node, so there are no
 * cycles; and what a bomb of aliases would expand to is known before anybody walks it.
 */
public final class YamlParser {
    /**
     * Bytes of a file, and code points of a text. A hand-written file is a hundred times smaller.
     */
    public static final int MAX_TEXT = 1 << 20;

    /** Collections within collections. The language itself needs about ten. */
    public static final int MAX_DEPTH = 40;

    /** Nodes of one document with aliases expanded. */
    public static final long MAX_NODES = 200_000;

    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setSchema(new CoreSchema()).setCodePointLimit(MAX_TEXT).build();

    private static final Pattern LONE_CARRIAGE_RETURN = Pattern.compile("\r(?!\n)");

    private final Reading reading;
    private final List<YamlNode> documents = new ArrayList<>();
    private final Map<Anchor, YamlNode> anchors = new HashMap<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private @Nullable YamlNode root;
    private Position last = Position.START;
    private boolean stopped;

    private YamlParser(Reading reading) {
        this.reading = reading;
    }

    /**
     * The documents of a text, those without content left out.
     *
     * @param reading takes the problems; failed afterwards where the text could not be read to its
     *     end
     */
    public static List<YamlNode> parse(String text, Reading reading) {
        String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
        // A carriage return alone ends a line too, but the library loses count of it at the end of
        // the text.
        String body = LONE_CARRIAGE_RETURN.matcher(withoutMark).replaceAll("\n");
        if (body.codePointCount(0, body.length()) > MAX_TEXT) {
            reading.error(
                    Position.START,
                    "",
                    "the file is too large",
                    "at most " + MAX_TEXT + " characters");
            return List.of();
        }
        Optional<Position> unprintable = firstUnprintable(body);
        if (unprintable.isPresent()) {
            reading.error(
                    unprintable.get(),
                    "",
                    "a character that YAML does not allow",
                    "printable text in UTF-8");
            return List.of();
        }
        YamlParser parser = new YamlParser(reading);
        parser.run(body);
        return parser.documents;
    }

    private void run(String body) {
        Iterator<Event> events = new Parse(SETTINGS).parseString(body).iterator();
        for (Event event = next(events); event != null && !stopped; event = next(events)) {
            accept(event);
        }
    }

    /** The next event, or null at the end, be it the text's or that of what could be read. */
    private @Nullable Event next(Iterator<Event> events) {
        try {
            return events.hasNext() ? events.next() : null;
        } catch (MarkedYamlEngineException e) {
            Position at =
                    e.getProblemMark().or(e::getContextMark).map(YamlParser::position).orElse(last);
            String context = e.getContext() == null ? "" : " " + e.getContext();
            reading.error(at, "", "not valid YAML: " + e.getProblem() + context, "");
        } catch (YamlEngineException e) {
            reading.error(
                    last,
                    "",
                    "not valid YAML: " + Texts.shortened(String.valueOf(e.getMessage())),
                    "");
        } catch (IllegalArgumentException e) {
            // The library takes an escape's digits for granted: "\\x at the end of a text has none.
            reading.error(
                    last,
                    "",
                    "not valid YAML: a number in the text or escape after this cannot be read",
                    "`\\x` and two hexadecimal digits, `\\u` and four, or `\\U` and eight");
        }
        return null;
    }

    /** A limit ends the text; a tag or a strange key, which are errors too, do not. */
    private void stop(Position at, String message, String expected) {
        reading.error(at, "", message, expected);
        stopped = true;
    }

    private void accept(Event event) {
        event.getStartMark().ifPresent(mark -> last = position(mark));
        switch (event) {
            case DocumentStartEvent _ -> {
                anchors.clear();
                root = null;
            }
            case DocumentEndEvent _ -> {
                if (root != null && !root.isNull()) {
                    documents.add(root);
                }
            }
            case ScalarEvent scalar -> {
                YamlNode node = new YamlNode.Scalar(last, scalar.getValue(), type(scalar));
                anchor(scalar, node);
                place(node);
            }
            case CollectionStartEvent start -> {
                if (open.size() == MAX_DEPTH) {
                    stop(last, "nested too deeply", "at most " + MAX_DEPTH + " levels");
                    return;
                }
                start.getTag().ifPresent(this::refuseTag);
                open.push(new Open(last, start, new ArrayList<>()));
            }
            case CollectionEndEvent _ -> {
                Open closed = open.pop();
                YamlNode node = close(closed);
                anchor(closed.start(), node);
                place(node);
            }
            case AliasEvent alias -> {
                YamlNode node = anchors.get(alias.getAlias());
                if (node == null) {
                    stop(
                            last,
                            "no complete value is anchored as `&"
                                    + alias.getAlias().getValue()
                                    + "` before this",
                            "an anchor that stands before its alias and not around it");
                    return;
                }
                place(node);
            }
            default -> {
                // The stream's start and end say nothing, and comments are not asked for.
            }
        }
    }

    private void anchor(NodeEvent event, YamlNode node) {
        event.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    }

    private void place(YamlNode node) {
        if (node.size() > MAX_NODES) {
            stop(
                    node.at(),
                    "too many values, aliases counted as written out",
                    "at most " + MAX_NODES);
            return;
        }
        if (open.isEmpty()) {
            root = node;
        } else {
            open.getFirst().children().add(node);
        }
    }

    private YamlNode close(Open closed) {
        long size = 1;
        for (YamlNode child : closed.children()) {
            size = Math.min(MAX_NODES + 1, size + child.size());
        }
        if (closed.start() instanceof SequenceStartEvent) {
            return new YamlNode.Sequence(closed.at(), List.copyOf(closed.children()), size);
        }
        return new YamlNode.Mapping(closed.at(), entries(closed.children()), size);
    }

    private List<YamlNode.Entry> entries(List<YamlNode> keysAndValues) {
        List<YamlNode.Entry> entries = new ArrayList<>(keysAndValues.size() / 2);
        for (int i = 0; i + 1 < keysAndValues.size(); i += 2) {
            if (!(keysAndValues.get(i) instanceof YamlNode.Scalar key)) {
                reading.error(
                        keysAndValues.get(i).at(), "", "a key must be a single value", "a word");
                continue;
            }
            entries.add(new YamlNode.Entry(key, keysAndValues.get(i + 1)));
        }
        return List.copyOf(entries);
    }

    private YamlNode.Type type(ScalarEvent scalar) {
        scalar.getTag().ifPresent(this::refuseTag);
        if (scalar.getTag().isPresent() || !scalar.isPlain()) {
            return YamlNode.Type.TEXT;
        }
        Tag tag = SETTINGS.getSchema().getScalarResolver().resolve(scalar.getValue(), true);
        if (tag.equals(Tag.INT)) {
            return YamlNode.Type.INTEGER;
        } else if (tag.equals(Tag.FLOAT)) {
            return YamlNode.Type.DECIMAL;
        } else if (tag.equals(Tag.BOOL)) {
            return YamlNode.Type.BOOLEAN;
        } else if (tag.equals(Tag.NULL)) {
            return YamlNode.Type.NULL;
        }
        return YamlNode.Type.TEXT;
    }

    /**
     * Tags choose types, and here the key does; only "this is text" says nothing that could be
     * wrong.
     */
    private void refuseTag(String tag) {
        if (!tag.equals("!") && !tag.equals(Tag.STR.getValue())) {
            reading.error(
                    last,
                    "",
                    "tags are not used here: `" + Texts.shortened(tag) + "`",
                    "a plain value");
        }
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static Optional<Position> firstUnprintable(String text) {
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            if (!StreamReader.isPrintable(text.codePointAt(i))) {
                return Optional.of(Position.endOf(text.substring(0, i)));
            }
        }
        return Optional.empty();
    }

    /** A collection whose end has not come yet; a mapping's keys and values alternate. */
    private record Open(Position at, CollectionStartEvent start, List<YamlNode> children) {}
}
