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
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
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
import java.util.regex.Matcher;
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

    /** Documents of one file that are not YAML, after which the rest is not looked at. */
    private static final int MAX_BROKEN = 100;

    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setSchema(new CoreSchema()).setCodePointLimit(MAX_TEXT).build();

    /**
     * Kept, since the schema makes a new one, with all its tables, for whoever asks; it is only
     * read.
     */
    private static final ScalarResolver RESOLVER = SETTINGS.getSchema().getScalarResolver();

    private static final Pattern LONE_CARRIAGE_RETURN = Pattern.compile("\r(?!\n)");

    /**
     * Where a document begins, wherever this stands: YAML allows it inside no value, be it quoted,
     * a block or in brackets.
     */
    private static final Pattern SEPARATOR = Pattern.compile("(?md)^---(?=[ \t\r\n]|\\z)");

    private final Reading reading;
    private final Part part;
    private final List<YamlNode> documents = new ArrayList<>();
    private final Map<Anchor, YamlNode> anchors = new HashMap<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private @Nullable YamlNode root;
    private Position last;
    private boolean stopped;
    private int documentLine;
    private int brokenLine;

    private YamlParser(Reading reading, Part part) {
        this.reading = reading;
        this.part = part;
        this.last = new Position(part.line(), 1);
    }

    /**
     * A text from here to its end.
     *
     * @param start its index
     * @param line its line, from 1
     */
    private record Part(int start, int line) {}

    /**
     * The documents of a text, those without content left out. One that is not YAML is reported,
     * and hides none of the others.
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
        List<YamlNode> documents = new ArrayList<>();
        Optional<Part> part = Optional.of(new Part(0, 1));
        for (int broken = 0; part.isPresent() && broken < MAX_BROKEN; broken++) {
            YamlParser parser = new YamlParser(reading, part.get());
            parser.run(body.substring(part.get().start()));
            documents.addAll(parser.documents);
            part = parser.next(body);
        }
        return documents;
    }

    /** Where to go on after a document that is not YAML; nowhere if there was none. */
    private Optional<Part> next(String body) {
        if (brokenLine == 0) {
            return Optional.empty();
        }
        int firstLine = Math.max(documentLine + 1, brokenLine);
        int line = part.line();
        int counted = part.start();
        Matcher separator = SEPARATOR.matcher(body);
        for (boolean found = separator.find(counted + 1); found; found = separator.find()) {
            line +=
                    (int)
                            body.substring(counted, separator.start())
                                    .chars()
                                    .filter(c -> c == '\n')
                                    .count();
            counted = separator.start();
            if (line >= firstLine) {
                return Optional.of(new Part(counted, line));
            }
        }
        return Optional.empty();
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
            Position found = e.getProblemMark().map(this::position).orElse(last);
            Position at = ranOut(e) ? opened(e, found) : found;
            String context = e.getContext() == null ? "" : " " + e.getContext();
            reading.error(at, "", "not valid YAML: " + e.getProblem() + context, "");
            brokenLine = found.line();
        } catch (YamlEngineException e) {
            broken(Texts.shortened(String.valueOf(e.getMessage())), "");
        } catch (IllegalArgumentException e) {
            // The library takes an escape's digits for granted: "\\x at the end of a text has none.
            broken(
                    "a number in the text or escape after this cannot be read",
                    "`\\x` and two hexadecimal digits, `\\u` and four, or `\\U` and eight");
        }
        return null;
    }

    private void broken(String problem, String expected) {
        reading.error(last, "", "not valid YAML: " + problem, expected);
        brokenLine = last.line();
    }

    /** What is never closed is told where it was opened, not where the text ran out. */
    private Position opened(MarkedYamlEngineException e, Position end) {
        return e.getContextMark()
                .map(this::position)
                .filter(context -> !context.equals(end))
                .orElse(last);
    }

    /** Whether the trouble is that the document, or the text, ends. */
    private static boolean ranOut(MarkedYamlEngineException e) {
        return e.getProblemMark().map(YamlParser::isEnd).orElse(false);
    }

    private static boolean isEnd(Mark mark) {
        int[] text = mark.getBuffer();
        int at = mark.getPointer();
        if (at >= text.length || text[at] == 0) {
            return true;
        }
        int length = Math.min(4, text.length - at);
        return mark.getColumn() == 0 && SEPARATOR.matcher(new String(text, at, length)).lookingAt();
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
                documentLine = last.line();
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
        Tag tag = RESOLVER.resolve(scalar.getValue(), true);
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

    private Position position(Mark mark) {
        return new Position(part.line() + mark.getLine(), mark.getColumn() + 1);
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
