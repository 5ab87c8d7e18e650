package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;

import io.sluice.collector.RandomOtlp;
import io.sluice.collector.Summary;
import io.sluice.collector.extract.Extractors;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;

import java.math.BigInteger;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * What the fuzz targets of OTLP's protobuf decoders hold: what we accept counts as the generated
 * classes count it, and what we refuse they refuse, too.
 *
 * @param <M> the request
 */
final class OtlpFuzz<M extends Message> {

    private static final Pattern LENGTH = Pattern.compile("a length of (\\d+) exceeds");

    private final String kind;
    private final Parser<M> parser;
    private final MeasurePlan plan;
    private final Extractor extractor;

    /**
     * @param plan makes a random one; the first that wants a lot is taken
     */
    OtlpFuzz(String kind, Parser<M> parser, Function<RandomOtlp, MeasurePlan> plan) {
        this.kind = kind;
        this.parser = parser;
        this.plan =
                LongStream.iterate(1, seed -> seed + 1)
                        .mapToObj(seed -> plan.apply(new RandomOtlp(seed)))
                        .filter(made -> made.measures().size() >= 5)
                        .findFirst()
                        .orElseThrow();
        this.extractor = new Extractors(1 << 20, OtlpHttpReceiver.decoders()).compile(this.plan);
    }

    MeasurePlan plan() {
        return plan;
    }

    /** Reads a body, whatever comes of it. */
    void read(byte[] body) throws MalformedRequestException {
        assertThat(extractor.extract(entry(kind, body)).accepted()).isNotNegative();
    }

    void check(byte[] body, Function<M, Summary> naive) {
        try {
            Summary ours = Summary.of(extractor.extract(entry(kind, body)));
            assertThat(ours).isEqualTo(naive.apply(parser.parseFrom(body)));
        } catch (InvalidProtocolBufferException e) {
            // What nobody asks for, we pass over without looking into it.
        } catch (MalformedRequestException e) {
            if (!isStricter(e, body)) {
                assertThat(parses(body)).as(e.getMessage()).isFalse();
            }
        }
    }

    /**
     * We have a limit of our own for depth, and do not do as the generated classes of Java: they
     * read the lower 32 bits of tags and lengths and pass over the rest, and end some varints after
     * their tenth byte, whatever it says.
     */
    private static boolean isStricter(MalformedRequestException e, byte[] body) {
        String message = String.valueOf(e.getMessage());
        Matcher length = LENGTH.matcher(message);
        return e.reason() == RejectReason.TOO_DEEP
                || message.contains("a field number between 1 and")
                || (length.find() && new BigInteger(length.group(1)).bitLength() > 31)
                || hasEndlessVarint(body);
    }

    private static boolean hasEndlessVarint(byte[] body) {
        int continued = 0;
        for (byte one : body) {
            continued = one < 0 ? continued + 1 : 0;
            if (continued == 10) {
                return true;
            }
        }
        return false;
    }

    private boolean parses(byte[] body) {
        try {
            parser.parseFrom(body);
            return true;
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private static LogEntry entry(String kind, byte[] body) {
        return new LogEntry(
                kind, "", false, RandomOtlp.NOW, LogEntry.Encoding.IDENTITY, Map.of(), body);
    }
}
