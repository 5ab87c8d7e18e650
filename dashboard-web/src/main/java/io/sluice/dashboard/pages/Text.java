package io.sluice.dashboard.pages;

import gg.jte.Content;
import gg.jte.TemplateOutput;

import io.sluice.dashboard.http.Times;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sentence that knows which of its words are moments. A template writes it as any other text,
 * escaped; its moments become {@code <time>} elements in UTC, which a script tells in the reader's
 * own zone. Immutable.
 */
public final class Text implements Content {
    /** No words. */
    static final Text NONE = new Text(List.of());

    private static final Pattern INSTANT =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?Z");

    private sealed interface Piece {
        String words();
    }

    private record Words(String words) implements Piece {}

    private record Moment(Instant at, String words, Format.Grain grain) implements Piece {}

    private final List<Piece> pieces;

    private Text(List<Piece> pieces) {
        this.pieces = pieces;
    }

    /** Words only. */
    static Text of(String words) {
        return NONE.and(words);
    }

    /** A sentence of the engine's, in which moments are written as in ISO 8601. */
    static Text reading(String words, Instant now) {
        Matcher matcher = INSTANT.matcher(words);
        Text text = NONE;
        int from = 0;
        while (matcher.find()) {
            Optional<Instant> at = Times.parse(matcher.group());
            if (at.isPresent()) {
                text = text.and(words.substring(from, matcher.start())).andAt(at.get(), now);
                from = matcher.end();
            }
        }
        return text.and(words.substring(from));
    }

    /** A moment, in as many words as {@link Format#moment} takes. */
    static Text at(Instant at, Instant now) {
        return NONE.andAt(at, now);
    }

    /** The same, with more words behind it. */
    Text and(String words) {
        return words.isEmpty() ? this : with(new Words(words));
    }

    /** The same, with a moment behind it. */
    Text andAt(Instant at, Instant now) {
        return with(new Moment(at, Format.moment(at, now), Format.Grain.of(at, now)));
    }

    /** The same, with another behind it. */
    Text and(Text more) {
        List<Piece> all = new ArrayList<>(pieces);
        all.addAll(more.pieces);
        return new Text(List.copyOf(all));
    }

    private Text with(Piece piece) {
        List<Piece> all = new ArrayList<>(pieces);
        all.add(piece);
        return new Text(List.copyOf(all));
    }

    /** Whether there is nothing to say. */
    public boolean isEmpty() {
        return pieces.isEmpty();
    }

    @Override
    public boolean isEmptyContent() {
        return isEmpty();
    }

    @Override
    public void writeTo(TemplateOutput output) {
        for (Piece piece : pieces) {
            switch (piece) {
                case Words words -> output.writeUserContent(words.words());
                case Moment moment -> write(moment, output);
            }
        }
    }

    /** Instants and formats hold nothing that means something in HTML. */
    private static void write(Moment moment, TemplateOutput output) {
        Instant second = moment.at().truncatedTo(ChronoUnit.SECONDS);
        output.writeContent("<time datetime=\"" + second + "\" title=\"" + Format.utc(second));
        output.writeContent(
                switch (moment.grain()) {
                    case TIME -> "\">";
                    case DAY -> "\" data-day>";
                    case YEAR -> "\" data-year>";
                });
        output.writeContent(moment.words() + "</time>");
    }

    /** As it reads, moments in UTC. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        pieces.forEach(piece -> text.append(piece.words()));
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Text text && text.pieces.equals(pieces);
    }

    @Override
    public int hashCode() {
        return pieces.hashCode();
    }
}
