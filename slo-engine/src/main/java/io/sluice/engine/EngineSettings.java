package io.sluice.engine;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.alert.AlertSender;
import io.sluice.engine.alert.Receiver;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.measure.Extractor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What an engine is given beside its log and its store.
 *
 * @param extractors the collector's
 * @param parser reads the files of a definition set that was valid when it came in force
 * @param sender tells receivers of alerts
 * @param receivers those that are told; names are unique
 * @param baseUrl where the pages are, for links in notifications; without a slash at the end
 * @param clock the wall clock that answers are evaluated at
 * @param limits all of the server's, among them {@link EngineLimits}
 */
public record EngineSettings(
        Extractor.Factory extractors,
        Function<List<SourceFile>, DefinitionSet> parser,
        AlertSender sender,
        List<Receiver> receivers,
        String baseUrl,
        InstantSource clock,
        LimitTable limits) {

    public EngineSettings {
        receivers = List.copyOf(receivers);
    }

    /** With the default limits. */
    public EngineSettings(
            Extractor.Factory extractors,
            Function<List<SourceFile>, DefinitionSet> parser,
            AlertSender sender,
            List<Receiver> receivers,
            String baseUrl,
            InstantSource clock) {
        this(
                extractors,
                parser,
                sender,
                receivers,
                baseUrl,
                clock,
                new LimitTable(EngineLimits.ALL, Map.of()));
    }

    /**
     * How long the past is kept.
     *
     * @param age of records of the ingest log
     * @param bytes of the ingest log: whichever is reached first, but never what is not yet in the
     *     store
     * @param incidents after their end; an open one is kept
     */
    public record Retention(Duration age, long bytes, Duration incidents) {
        /** The log for 7 days or 20 GB; incidents for 400 days, as the counts beside them. */
        public static final Retention DEFAULT =
                new Retention(Duration.ofDays(7), 20_000_000_000L, Duration.ofDays(400));
    }
}
