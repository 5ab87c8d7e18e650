package io.sluice.dashboard.pages;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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
    /** Tells when the page was made: never left out, and no difference by itself. */
    static final String AS_OF = "as-of";

    private static final byte[] MAIN = ascii("<main id=\"page\"");
    private static final byte[] VERSION = ascii(" data-version=\"");
    private static final byte[] KEY = ascii(" data-key=\"");
    private static final int VERSION_DIGITS = 16;

    /**
     * What is remembered of a rendering that some reader may hold: enough to tell what differs, and
     * none of its text.
     */
    static final class Outline {
        private final String key;
        private final String hash;

        /** Its place among its siblings with a key. */
        private final int index;

        /** Whether only white space is between it and the sibling before. */
        private final boolean follows;

        private final List<Outline> children;
        private final Map<String, Outline> byKey = new HashMap<>();

        private Outline(Element element, int index) {
            this.key = element.key;
            this.hash = element.hash;
            this.index = index;
            this.follows = element.follows;
            this.children = new ArrayList<>();
            for (Element child : element.children) {
                children.add(new Outline(child, children.size()));
            }
            Set<String> twice = new HashSet<>();
            for (Outline child : children) {
                if (byKey.put(child.key, child) != null) {
                    twice.add(child.key);
                }
            }
            // Which of them a reader's page would take for it cannot be said.
            byKey.keySet().removeAll(twice);
        }
    }

    private static final class Element {
        private final String name;
        private final String key;
        private final int begin;
        private final boolean follows;
        private final List<Element> children = new ArrayList<>();

        /** Elements of the same name that are open in it, itself included. */
        private int open = 1;

        private int end;
        private String hash = "";

        private Element(String name, String key, int begin, boolean follows) {
            this.name = name;
            this.key = key;
            this.begin = begin;
            this.follows = follows;
        }
    }

    private final byte[] html;
    private final Element page;
    private final Outline outline;

    private Parts(byte[] html, Element page) {
        this.html = html;
        this.page = page;
        this.outline = new Outline(page, 0);
    }

    /**
     * Reads a rendering, and writes its version into the attribute that the layout keeps free for
     * it.
     *
     * @param html a whole document with a {@code <main id="page">}; it is changed
     */
    static Parts of(byte[] html) {
        Element page = new Reader(html).page();
        byte[] version = ascii(page.hash);
        int place = indexOf(html, VERSION, page.begin, html.length) + VERSION.length;
        System.arraycopy(version, 0, html, place, version.length);
        return new Parts(html, page);
    }

    /** The whole document. */
    byte[] document() {
        return html;
    }

    /** The same for every rendering that differs in nothing but its own time; 16 hex digits. */
    String version() {
        return page.hash;
    }

    /** What to remember of it. */
    Outline outline() {
        return outline;
    }

    /** The page without what is around it, and without what a reader has already. */
    byte[] since(@Nullable Outline held) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (held == null) {
            copy(page.begin, page.end, out);
        } else {
            write(page, outline, held, out);
        }
        return out.toByteArray();
    }

    /**
     * Writes an element that the reader has in another form. A reader's script goes through the
     * siblings in their order, so what was before something that is written already has gone from
     * its page, and is written whole.
     */
    private void write(Element element, Outline now, Outline held, ByteArrayOutputStream out) {
        int written = element.begin;
        int furthest = -1;
        for (int i = 0; i < element.children.size(); i++) {
            Outline child = now.children.get(i);
            Outline before = now.byKey.get(child.key) == child ? held.byKey.get(child.key) : null;
            if (before == null || before.index <= furthest) {
                continue;
            }
            Element first = element.children.get(i);
            copy(written, first.begin, out);
            if (same(child, before)) {
                int last = lastOfRun(now, i, held, before.index);
                stub(first, last - i + 1, out);
                furthest = before.index + last - i;
                i = last;
            } else {
                write(first, child, before, out);
                furthest = before.index;
            }
            written = element.children.get(i).end;
        }
        copy(written, element.end, out);
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
        return now.hash.equals(held.hash) && !now.key.equals(AS_OF);
    }

    private static void stub(Element first, int count, ByteArrayOutputStream out) {
        out.writeBytes(
                utf8(
                        "<%s data-key=\"%s\" data-same=\"%d\"></%s>"
                                .formatted(first.name, first.key, count, first.name)));
    }

    private void copy(int from, int to, ByteArrayOutputStream out) {
        out.write(html, from, to - from);
    }

    /** Goes through the tags once. */
    private static final class Reader {
        private final byte[] html;
        private final MessageDigest digest = sha256();
        private final List<Element> open = new ArrayList<>();
        private int at;

        Reader(byte[] html) {
            this.html = html;
        }

        Element page() {
            at = indexOf(html, MAIN, 0, html.length);
            Element page = new Element("main", "", at, false);
            open.add(page);
            at += MAIN.length;
            while (page.end == 0) {
                at = indexOf(html, (byte) '<', at);
                boolean ends = html[at + 1] == '/';
                int name = ends ? at + 2 : at + 1;
                int nameEnd = endOfName(name);
                int tagEnd = endOfTag(nameEnd);
                tag(at, name, nameEnd, tagEnd, ends);
                at = tagEnd;
            }
            return page;
        }

        private void tag(int begin, int name, int nameEnd, int end, boolean ends) {
            Element inner = open.getLast();
            boolean alike = isNamed(inner.name, name, nameEnd);
            if (ends) {
                if (alike && --inner.open == 0) {
                    inner.end = end;
                    inner.hash = hash(inner);
                    open.removeLast();
                }
                return;
            }
            int key = indexOf(html, KEY, nameEnd, end);
            if (key >= 0) {
                int value = key + KEY.length;
                Element element =
                        new Element(
                                text(name, nameEnd),
                                text(value, indexOf(html, (byte) '"', value)),
                                begin,
                                followsOn(inner, begin));
                inner.children.add(element);
                open.add(element);
            } else if (alike && html[end - 2] != '/') {
                inner.open++;
            }
        }

        private boolean followsOn(Element parent, int begin) {
            if (parent.children.isEmpty()) {
                return false;
            }
            for (int i = parent.children.getLast().end; i < begin; i++) {
                if (html[i] > ' ' || html[i] < 0) {
                    return false;
                }
            }
            return true;
        }

        /** Of its own text, and of its children's hashes in their places. */
        private String hash(Element element) {
            int from = element.begin;
            for (Element child : element.children) {
                digest.update(html, from, child.begin - from);
                if (!child.key.equals(AS_OF)) {
                    digest.update(ascii(child.hash));
                }
                from = child.end;
            }
            digest.update(html, from, element.end - from);
            return HexFormat.of().formatHex(digest.digest(), 0, VERSION_DIGITS / 2);
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
