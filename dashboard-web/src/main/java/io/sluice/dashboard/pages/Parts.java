package io.sluice.dashboard.pages;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One rendering of a page as the tree of its elements that have a {@code data-key}. Whoever holds
 * another rendering gets this one with each run of unchanged siblings left out: in its place is an
 * empty element with the key of the first and, as {@code data-same}, how many they are.
 *
 * <p>It reads what our templates write, not any HTML: attributes are in double quotes, text has no
 * {@code <}, and every element with a key has an end tag. Immutable.
 */
final class Parts {
    // A page is made once a second and is large, a million and a half bytes for a thousand
    // objectives. What outlives a collection of the young part soon fills the old one, whose
    // collection stops the server. So an element that is the same as in the rendering before is
    // that rendering's object, with its text, its hash and all that is in it.

    /** Tells when the page was made: never left out, and no difference by itself. */
    static final String AS_OF = "as-of";

    private static final byte[] MAIN = ascii("<main id=\"page\"");
    private static final byte[] VERSION = ascii(" data-version=\"");
    private static final byte[] KEY = ascii(" data-key=\"");
    private static final int VERSION_DIGITS = 16;
    private static final int[] NOWHERE = {};

    /**
     * What is remembered of a rendering that some reader may hold: enough to tell what differs, and
     * none of its text.
     */
    static final class Outline {
        private final String key;
        private final long hash;

        /** Whether only white space is between it and the sibling before. */
        private final boolean follows;

        private final List<Outline> children;

        /** Of those children whose key no other one has, their places among all. */
        private final Map<String, Integer> places;

        private Outline(
                String key,
                long hash,
                boolean follows,
                List<Outline> children,
                @Nullable Outline before) {
            this.key = key;
            this.hash = hash;
            this.follows = follows;
            this.children = children;
            this.places =
                    before != null && haveSameKeys(children, before.children)
                            ? before.places
                            : places(children);
        }

        List<Outline> children() {
            return children;
        }

        private static boolean haveSameKeys(List<Outline> some, List<Outline> others) {
            if (some.size() != others.size()) {
                return false;
            }
            for (int i = 0; i < some.size(); i++) {
                if (!some.get(i).key.equals(others.get(i).key)) {
                    return false;
                }
            }
            return true;
        }

        private static Map<String, Integer> places(List<Outline> children) {
            Map<String, Integer> places = HashMap.newHashMap(children.size());
            Set<String> twice = new HashSet<>();
            for (int i = 0; i < children.size(); i++) {
                if (places.put(children.get(i).key, i) != null) {
                    twice.add(children.get(i).key);
                }
            }
            // Which of them a reader's page would take for it cannot be said.
            places.keySet().removeAll(twice);
            return places;
        }

        /** Where the only child with a key is; -1 if there is none, or more than one. */
        private int place(String wanted) {
            return places.getOrDefault(wanted, -1);
        }
    }

    /**
     * @param text without that of its children
     * @param cuts where each child stands in the text
     */
    private record Element(
            String name, Outline outline, byte[] text, int[] cuts, List<Element> children) {
        @Nullable Element child(String key) {
            int place = outline.place(key);
            return place < 0 ? null : children.get(place);
        }
    }

    private final byte[] head;
    private final Element page;
    private final byte[] tail;

    private Parts(byte[] head, Element page, byte[] tail) {
        this.head = head;
        this.page = page;
        this.tail = tail;
    }

    /**
     * Reads a rendering, and writes its version where the layout keeps an attribute free for it.
     *
     * @param html a whole document with a {@code <main id="page">}
     */
    static Parts of(byte[] html) {
        return new Reader(html).read(null);
    }

    /**
     * Reads a later rendering of the same page. It shares with this one what has not changed.
     *
     * @param html a whole document with a {@code <main id="page">}
     */
    Parts next(byte[] html) {
        return new Reader(html).read(this);
    }

    /** The whole document. */
    byte[] document() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head);
        whole(page, out);
        out.writeBytes(tail);
        return out.toByteArray();
    }

    /** The same for every rendering that differs in nothing but its own time; 16 hex digits. */
    String version() {
        return HexFormat.of().toHexDigits(page.outline.hash);
    }

    /** What to remember of it. */
    Outline outline() {
        return page.outline;
    }

    /** The page without what is around it, and without what a reader has already. */
    byte[] since(@Nullable Outline held) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (held == null) {
            whole(page, out);
        } else {
            write(page, held, out);
        }
        return out.toByteArray();
    }

    private static void whole(Element element, ByteArrayOutputStream out) {
        int written = 0;
        for (int i = 0; i < element.children.size(); i++) {
            written = copy(element, written, element.cuts[i], out);
            whole(element.children.get(i), out);
        }
        copy(element, written, element.text.length, out);
    }

    /**
     * Writes an element that the reader has in another form. A reader's script goes through the
     * siblings in their order, so what was before something that is written already has gone from
     * its page, and is written whole.
     */
    private static void write(Element element, Outline held, ByteArrayOutputStream out) {
        Outline now = element.outline;
        int written = 0;
        int furthest = -1;
        for (int i = 0; i < element.children.size(); i++) {
            Element first = element.children.get(i);
            written = copy(element, written, element.cuts[i], out);
            String key = first.outline.key;
            int before = now.place(key) == i ? held.place(key) : -1;
            if (before <= furthest) {
                whole(first, out);
            } else if (same(first.outline, held.children.get(before))) {
                int last = lastOfRun(now, i, held, before);
                stub(first, last - i + 1, out);
                furthest = before + last - i;
                i = last;
                written = element.cuts[last];
            } else {
                write(first, held.children.get(before), out);
                furthest = before;
            }
        }
        copy(element, written, element.text.length, out);
    }

    private static int lastOfRun(Outline now, int begin, Outline held, int heldBegin) {
        int length = 1;
        while (begin + length < now.children.size() && heldBegin + length < held.children.size()) {
            Outline next = now.children.get(begin + length);
            Outline heldNext = held.children.get(heldBegin + length);
            if (!next.follows
                    || !heldNext.follows
                    || !next.key.equals(heldNext.key)
                    || !same(next, heldNext)) {
                break;
            }
            length++;
        }
        return begin + length - 1;
    }

    private static boolean same(Outline now, Outline held) {
        return now.hash == held.hash && !now.key.equals(AS_OF);
    }

    private static void stub(Element first, int count, ByteArrayOutputStream out) {
        out.writeBytes(
                utf8(
                        "<%s data-key=\"%s\" data-same=\"%d\"></%s>"
                                .formatted(first.name, first.outline.key, count, first.name)));
    }

    private static int copy(Element element, int from, int to, ByteArrayOutputStream out) {
        out.write(element.text, from, to - from);
        return to;
    }

    /** An element whose end has not been read. */
    private static final class Open {
        private final String name;
        private final String key;
        private final int begin;
        private final boolean follows;

        /** What it was in the rendering before. */
        private final @Nullable Element before;

        private final List<Element> children = new ArrayList<>();

        /** Where each child begins and ends. */
        private int[] spans = NOWHERE;

        /** Elements of the same name that are open in it, itself included. */
        private int open = 1;

        private Open(
                String name, String key, int begin, boolean follows, @Nullable Element before) {
            this.name = name;
            this.key = key;
            this.begin = begin;
            this.follows = follows;
            this.before = before;
        }

        private void add(Element child, int childBegin, int childEnd) {
            int at = 2 * children.size();
            if (at == spans.length) {
                spans = Arrays.copyOf(spans, Math.max(8, 2 * at));
            }
            spans[at] = childBegin;
            spans[at + 1] = childEnd;
            children.add(child);
        }

        private int childBegin(int child) {
            return spans[2 * child];
        }

        private int childEnd(int child) {
            return spans[2 * child + 1];
        }
    }

    /** Goes through the tags once. */
    private static final class Reader {
        private final byte[] html;
        private final MessageDigest digest = sha256();
        private final List<Open> open = new ArrayList<>();
        private @Nullable Element page;
        private int at;

        Reader(byte[] html) {
            this.html = html;
        }

        Parts read(@Nullable Parts before) {
            int begin = indexOf(html, MAIN, 0, html.length);
            open.add(new Open("main", "", begin, false, before == null ? null : before.page));
            at = begin + MAIN.length;
            Element read = page;
            while (read == null) {
                at = indexOf(html, (byte) '<', at);
                boolean ends = html[at + 1] == '/';
                int name = ends ? at + 2 : at + 1;
                int nameEnd = endOfName(name);
                int tagEnd = endOfTag(nameEnd);
                tag(at, name, nameEnd, tagEnd, ends);
                at = tagEnd;
                read = page;
            }
            byte[] version = ascii(HexFormat.of().toHexDigits(read.outline.hash));
            int place = indexOf(read.text, VERSION, 0, read.text.length) + VERSION.length;
            System.arraycopy(version, 0, read.text, place, VERSION_DIGITS);
            return new Parts(
                    part(0, begin, before == null ? null : before.head),
                    read,
                    part(at, html.length, before == null ? null : before.tail));
        }

        private byte[] part(int from, int to, byte @Nullable [] before) {
            return before != null && isText(from, to, before, 0, before.length)
                    ? before
                    : Arrays.copyOfRange(html, from, to);
        }

        private void tag(int begin, int name, int nameEnd, int end, boolean ends) {
            Open inner = open.getLast();
            boolean alike = isNamed(inner.name, name, nameEnd);
            if (ends) {
                if (alike && --inner.open == 0) {
                    open.removeLast();
                    Element element = element(inner, end);
                    if (open.isEmpty()) {
                        page = element;
                    } else {
                        open.getLast().add(element, inner.begin, end);
                    }
                }
                return;
            }
            int key = indexOf(html, KEY, nameEnd, end);
            if (key >= 0) {
                int value = key + KEY.length;
                String text = text(value, indexOf(html, (byte) '"', value));
                open.add(
                        new Open(
                                text(name, nameEnd),
                                text,
                                begin,
                                followsOn(inner, begin),
                                inner.before == null ? null : inner.before.child(text)));
            } else if (alike && html[end - 2] != '/') {
                inner.open++;
            }
        }

        private boolean followsOn(Open parent, int begin) {
            if (parent.children.isEmpty()) {
                return false;
            }
            for (int i = parent.childEnd(parent.children.size() - 1); i < begin; i++) {
                if (html[i] > ' ' || html[i] < 0) {
                    return false;
                }
            }
            return true;
        }

        private Element element(Open read, int end) {
            Element before = read.before;
            if (before != null && isUnchanged(read, end, before)) {
                return before;
            }
            int count = read.children.size();
            int[] cuts = count == 0 ? NOWHERE : new int[count];
            int length = end - read.begin;
            for (int i = 0; i < count; i++) {
                length -= read.childEnd(i) - read.childBegin(i);
            }
            byte[] text = new byte[length];
            int from = read.begin;
            int written = 0;
            for (int i = 0; i < count; i++) {
                int more = read.childBegin(i) - from;
                System.arraycopy(html, from, text, written, more);
                written += more;
                cuts[i] = written;
                from = read.childEnd(i);
            }
            System.arraycopy(html, from, text, written, end - from);
            Outline outline =
                    new Outline(
                            before == null ? read.key : before.outline.key,
                            hash(text, cuts, read.children),
                            read.follows,
                            read.children.stream().map(Element::outline).toList(),
                            before == null ? null : before.outline);
            return new Element(read.name, outline, text, cuts, List.copyOf(read.children));
        }

        /** Its own text byte for byte, and its children one for one. */
        private boolean isUnchanged(Open read, int end, Element before) {
            if (!read.name.equals(before.name)
                    || read.follows != before.outline.follows
                    || read.children.size() != before.children.size()) {
                return false;
            }
            int from = read.begin;
            int compared = 0;
            for (int i = 0; i < read.children.size(); i++) {
                if (!isSameObject(read.children.get(i), before.children.get(i))
                        || !isText(
                                from, read.childBegin(i), before.text, compared, before.cuts[i])) {
                    return false;
                }
                from = read.childEnd(i);
                compared = before.cuts[i];
            }
            return isText(from, end, before.text, compared, before.text.length);
        }

        @SuppressWarnings("ReferenceEquality")
        private static boolean isSameObject(Element one, Element other) {
            return one == other;
        }

        private boolean isText(int from, int to, byte[] text, int textFrom, int textTo) {
            return Arrays.equals(html, from, to, text, textFrom, textTo);
        }

        /** Of its own text, and of its children's hashes in their places. */
        private long hash(byte[] text, int[] cuts, List<Element> children) {
            int from = 0;
            for (int i = 0; i < cuts.length; i++) {
                digest.update(text, from, cuts[i] - from);
                Outline child = children.get(i).outline;
                if (!child.key.equals(AS_OF)) {
                    digest.update(ascii(HexFormat.of().toHexDigits(child.hash)));
                }
                from = cuts[i];
            }
            digest.update(text, from, text.length - from);
            return ByteBuffer.wrap(digest.digest()).getLong();
        }

        private boolean isNamed(String wanted, int from, int to) {
            if (to - from != wanted.length()) {
                return false;
            }
            for (int i = from; i < to; i++) {
                if (html[i] != wanted.charAt(i - from)) {
                    return false;
                }
            }
            return true;
        }

        private int endOfName(int from) {
            int i = from;
            while (html[i] != ' ' && html[i] != '>' && html[i] != '/' && html[i] != '\n') {
                i++;
            }
            return i;
        }

        /** After the tag's own bracket, and not one within an attribute. */
        private int endOfTag(int from) {
            boolean quoted = false;
            int i = from;
            while (quoted || html[i] != '>') {
                quoted ^= html[i] == '"';
                i++;
            }
            return i + 1;
        }

        private String text(int from, int to) {
            return new String(html, from, to - from, StandardCharsets.UTF_8);
        }
    }

    private static int indexOf(byte[] bytes, byte wanted, int from) {
        int i = from;
        while (bytes[i] != wanted) {
            i++;
        }
        return i;
    }

    /** -1 if it does not begin before {@code to}. */
    private static int indexOf(byte[] bytes, byte[] wanted, int from, int to) {
        for (int i = from; i < to && i + wanted.length <= bytes.length; i++) {
            int length = 0;
            while (length < wanted.length && bytes[i + length] == wanted[length]) {
                length++;
            }
            if (length == wanted.length) {
                return i;
            }
        }
        return -1;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
