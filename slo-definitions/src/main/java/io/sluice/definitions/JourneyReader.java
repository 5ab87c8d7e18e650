package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.Sli;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a journey.
 *
 * <pre>{@code
 * apiVersion: sluice.dev/v1
 * kind: Journey
 * metadata: {name: purchase}
 * spec:
 *   service: shop                     # a Service
 *   sides:                            # optional
 *     - {name: legacy, where: [{attribute: shop.side, equals: legacy}]}
 *     - {name: platform, where: [{attribute: shop.side, equals: platform}]}
 *   steps:
 *     - {name: browse, displayName: Browses, indicatorRef: catalog-errors}
 *     - name: cart                    # or indicator: {metadata: …, spec: …}
 *       indicatorRef: cart-latency
 *       op: lte                       # op and value for a thresholdMetric
 *       value: 300
 * }</pre>
 */
final class JourneyReader {
    private final References references;
    private final IndicatorReader indicators;

    JourneyReader(References references, IndicatorReader indicators) {
        this.references = references;
        this.indicators = indicators;
    }

    /** The {@code metadata} and {@code spec} of a Journey. */
    Optional<Journey> journey(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.JOURNEY));
        return object.require("spec", spec -> spec.object(fields -> spec(fields, metadata)));
    }

    private Optional<Journey> spec(Fields spec, Optional<ReadMetadata> metadata) {
        String description = spec.optional("description", MetadataReader::description).orElse("");
        Optional<Service> service = spec.require("service", references.services::resolve);
        List<Journey.Side> sides = spec.optional("sides", JourneyReader::sides).orElse(List.of());
        List<Journey.Step> steps = spec.require("steps", this::steps).orElse(List.of());
        if (metadata.isEmpty() || service.isEmpty() || steps.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Journey(
                        metadata.get().metadata(),
                        description,
                        service.get().metadata().name(),
                        sides,
                        steps));
    }

    private static Optional<List<Journey.Side>> sides(Value list) {
        Map<String, Position> names = new HashMap<>();
        Optional<List<Journey.Side>> sides =
                list.someOf(item -> item.object(fields -> side(fields, names)));
        if (list.node() instanceof YamlNode.Sequence one && one.items().size() == 1) {
            list.warnKey("one side has nothing beside it", "two sides, or none");
        }
        return sides;
    }

    private static Optional<Journey.Side> side(Fields fields, Map<String, Position> names) {
        Optional<String> name = fields.require("name", v -> Names.unique(v, "side", names));
        Optional<List<Condition>> where = fields.require("where", SourceReader::conditions);
        return name.flatMap(n -> where.map(w -> new Journey.Side(n, w)));
    }

    private Optional<List<Journey.Step>> steps(Value list) {
        Map<String, Position> names = new HashMap<>();
        Optional<List<Journey.Step>> steps =
                list.someOf(item -> item.object(fields -> step(fields, names)));
        if (list.node() instanceof YamlNode.Sequence one && one.items().size() == 1) {
            list.warnKey("one step leads nowhere: nobody can drop off", "at least two steps");
        }
        return steps;
    }

    private Optional<Journey.Step> step(Fields fields, Map<String, Position> names) {
        Optional<String> name = fields.require("name", v -> Names.unique(v, "step", names));
        String displayName = fields.optional("displayName", MetadataReader::displayName).orElse("");
        Optional<Value> at = fields.exactlyOne(IndicatorReader.INLINE, IndicatorReader.REFERENCE);
        Optional<Sli> sli =
                at.flatMap(indicators::inlineOrReferred).flatMap(s -> counting(s, at.get()));
        Optional<Objective.Threshold> threshold =
                IndicatorReader.threshold(fields, sli.map(Sli::indicator));
        boolean judged =
                sli.isPresent()
                        && (threshold.isPresent()
                                || !(sli.get().indicator() instanceof Indicator.Threshold));
        if (name.isEmpty() || !judged) {
            return Optional.empty();
        }
        return Optional.of(
                new Journey.Step(
                        name.get(),
                        displayName,
                        sli.get().metadata().name(),
                        sli.get().indicator(),
                        threshold));
    }

    private static Optional<Sli> counting(Sli sli, Value at) {
        return sli.indicator().countsEvents()
                ? Optional.of(sli)
                : at.wrong(
                        "a step counts events, and `" + sli.metadata().name() + "` has none",
                        "a ratio of events, or a threshold of each event's value, by a source that"
                                + " Sluice measures itself");
    }
}
