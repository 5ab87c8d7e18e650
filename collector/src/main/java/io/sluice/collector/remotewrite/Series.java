package io.sluice.collector.remotewrite;

import static io.sluice.collector.prometheus.MetricNames.endsWith;
import static io.sluice.collector.prometheus.MetricNames.is;
import static io.sluice.collector.prometheus.MetricNames.startsWith;

import io.sluice.collector.extract.StreamDigest;
import io.sluice.collector.extract.StreamDigest.Level;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.match.ByteStrings;
import io.sluice.collector.match.DecimalText;
import io.sluice.collector.prometheus.LabelDigest;
import io.sluice.collector.wire.Utf8;

import java.util.Arrays;

/**
 * What a series says of itself: its labels, which lie somewhere in the request's bytes, its type,
 * and how much it has. Mutable, reused, not thread-safe.
 */
final class Series {

    private static final String NAME = "__name__";
    private static final String LE = "le";
    private static final int NONE = -1;

    private final byte[] bytes;
    private final LabelDigest digest = new LabelDigest();
    private int labels;
    private int[] names = new int[16];
    private int[] nameLengths = new int[16];
    private int[] values = new int[16];
    private int[] valueLengths = new int[16];

    SeriesType type = SeriesType.UNSPECIFIED;

    /** When what is counted began, for samples that do not say; 0 for not known. */
    long createdMillis;

    int samples;
    int histograms;
    int exemplars;

    // Found among the labels.
    private int name;
    private int service;
    private int le;

    /**
     * @param bytes what labels are ranges of
     */
    Series(byte[] bytes) {
        this.bytes = bytes;
    }

    void clear() {
        labels = 0;
        type = SeriesType.UNSPECIFIED;
        createdMillis = 0;
        samples = 0;
        histograms = 0;
        exemplars = 0;
    }

    void addLabel(int name, int nameLength, int value, int valueLength) {
        if (labels == names.length) {
            names = Arrays.copyOf(names, 2 * labels);
            nameLengths = Arrays.copyOf(nameLengths, 2 * labels);
            values = Arrays.copyOf(values, 2 * labels);
            valueLengths = Arrays.copyOf(valueLengths, 2 * labels);
        }
        names[labels] = name;
        nameLengths[labels] = nameLength;
        values[labels] = value;
        valueLengths[labels++] = valueLength;
    }

    /**
     * Whether the labels are UTF-8, named, sorted and unique, the series has a name, and has not
     * samples and histograms both.
     */
    boolean isValid() {
        name = NONE;
        service = NONE;
        le = NONE;
        int serviceRank = 0;
        for (int i = 0; i < labels; i++) {
            if (nameLengths[i] == 0
                    || !Utf8.isValid(bytes, names[i], names[i] + nameLengths[i])
                    || !Utf8.isValid(bytes, values[i], values[i] + valueLengths[i])
                    || (i > 0 && compareNames(i - 1, i) >= 0)) {
                return false;
            }
            if (isLabel(i, NAME)) {
                name = i;
            } else if (isLabel(i, LE)) {
                le = i;
            } else if (valueLengths[i] > 0 && serviceRank(i) > serviceRank) {
                service = i;
                serviceRank = serviceRank(i);
            }
        }
        return name != NONE && valueLengths[name] > 0 && (samples == 0 || histograms == 0);
    }

    private int compareNames(int i, int j) {
        return Arrays.compareUnsigned(
                bytes,
                names[i],
                names[i] + nameLengths[i],
                bytes,
                names[j],
                names[j] + nameLengths[j]);
    }

    private boolean isLabel(int i, String text) {
        return is(bytes, names[i], nameLengths[i], text);
    }

    private int serviceRank(int i) {
        if (isLabel(i, "job")) {
            return 1;
        }
        if (isLabel(i, "service_name")) {
            return 2;
        }
        return isLabel(i, "service.name") ? 3 : 0;
    }

    /** How many items there are. */
    int items() {
        return samples + histograms;
    }

    int nameOffset() {
        return values[name];
    }

    int nameLength() {
        return valueLengths[name];
    }

    boolean isNamed(String text) {
        return is(bytes, nameOffset(), nameLength(), text);
    }

    private boolean nameEndsWith(String suffix) {
        return endsWith(bytes, nameOffset(), nameLength(), suffix);
    }

    /**
     * Where the service's name begins; nowhere, with a length of 0, if no label says it. {@code
     * job} is namespace, slash and name, or only a name.
     */
    int serviceOffset() {
        if (service == NONE) {
            return 0;
        }
        int at = values[service];
        int end = at + valueLengths[service];
        if (serviceRank(service) > 1) {
            return at;
        }
        int slash = end - 1;
        while (slash >= at && bytes[slash] != '/') {
            slash--;
        }
        return slash + 1;
    }

    int serviceLength() {
        return service == NONE ? 0 : values[service] + valueLengths[service] - serviceOffset();
    }

    /** Whether it only rises, until it begins anew. */
    boolean isRunning() {
        return switch (type) {
            case COUNTER -> !nameEndsWith("_created");
            case HISTOGRAM, SUMMARY -> isPartOfDistribution();
            case UNSPECIFIED -> nameEndsWith("_total") || isPartOfDistribution();
            case GAUGE, GAUGE_HISTOGRAM, INFO, STATE_SET -> false;
        };
    }

    private boolean isPartOfDistribution() {
        return nameEndsWith("_count") || nameEndsWith("_sum") || isNamedBucket();
    }

    private boolean isNamedBucket() {
        return nameEndsWith("_bucket");
    }

    /** Whether it is one bucket of a classic histogram. */
    boolean isBucket() {
        return le != NONE && isNamedBucket() && isRunning();
    }

    /** The length of a bucket's name without its suffix. */
    int familyLength() {
        return nameLength() - "_bucket".length();
    }

    /** The bound of a bucket, or NaN if that is no number. */
    double le() {
        int at = values[le];
        int length = valueLengths[le];
        return is(bytes, at, length, "+Inf") || is(bytes, at, length, "Inf")
                ? Double.POSITIVE_INFINITY
                : DecimalText.parse(bytes, at, length);
    }

    /**
     * Whether a value of this series is a sign that its service lives: what a server says about its
     * own scrapes is not.
     */
    boolean isHeard(double value) {
        if (isNamed("up")) {
            return value == 1;
        }
        return !startsWith(bytes, nameOffset(), nameLength(), "scrape_");
    }

    /** Sets the labels that are asked for; {@code le} is left out of a whole histogram's. */
    void setAttributes(Attributes attributes, ByteStrings keys, boolean withLe) {
        for (int i = 0; i < labels; i++) {
            if (i != name && (withLe || i != le) && valueLengths[i] > 0) {
                int slot = keys.indexOf(bytes, names[i], nameLengths[i]);
                if (slot >= 0) {
                    attributes.text(slot, bytes, values[i], valueLengths[i]);
                }
            }
        }
    }

    /** Names the stream of a bucket's histogram: its family, and all labels but {@code le}. */
    void setFamilyDigest(StreamDigest stream) {
        stream.clear();
        stream.add(Level.METRIC, bytes, nameOffset(), familyLength());
        addLabels(stream, false);
    }

    /** Names the stream: name and labels. An empty label is none. */
    void setDigest(StreamDigest stream) {
        stream.clear();
        stream.add(Level.METRIC, bytes, nameOffset(), nameLength());
        addLabels(stream, true);
    }

    private void addLabels(StreamDigest stream, boolean withLe) {
        for (int i = 0; i < labels; i++) {
            if (i != name && (withLe || i != le) && valueLengths[i] > 0) {
                digest.add(
                        stream,
                        Level.POINT,
                        bytes,
                        names[i],
                        nameLengths[i],
                        bytes,
                        values[i],
                        valueLengths[i]);
            }
        }
    }
}
