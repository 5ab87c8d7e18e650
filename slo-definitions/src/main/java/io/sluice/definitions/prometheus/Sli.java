package io.sluice.definitions.prometheus;

import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * An objective's indicator as PromQL. Expressions give one sample without labels, or none where
 * nothing was measured.
 */
sealed interface Sli {
    /** The share of good events in a window, 0 to 1. */
    String ratio(String window);

    /** How many events of a window were bad, where events can be counted. */
    Optional<String> bad(String window);

    /** 1 where a window has no sample to count by. */
    String absent(String window);

    /**
     * The indicator of an objective, or nothing where neither Sluice nor a Prometheus server can
     * measure it.
     */
    static Optional<Sli> of(Objective objective, String labels) {
        return switch (objective.indicator()) {
            case Indicator.Ratio(
                            var polarity,
                            EventSource.Prometheus part,
                            EventSource.Prometheus total,
                            var counter) ->
                    Optional.of(
                            new Queried(
                                    polarity,
                                    new Query(part.query()),
                                    new Query(total.query()),
                                    counter));
            case Indicator.Raw(var meaning, EventSource.Prometheus source, _) ->
                    Optional.of(new Share(meaning, new Query(source.query())));
            case Indicator.Raw _ -> Optional.empty();
            case Indicator.Threshold(EventSource.Prometheus source, _, _) ->
                    objective
                            .threshold()
                            .map(bound -> new Judged(new Query(source.query()), bound));
            case Indicator.Ratio _, Indicator.Threshold _ ->
                    objective.indicator().sources().stream()
                                    .anyMatch(EventSource.Opaque.class::isInstance)
                            ? Optional.empty()
                            : Optional.of(new Counted(labels));
        };
    }

    /**
     * By the counters of Sluice.
     *
     * @param labels that select an objective's
     */
    record Counted(String labels) implements Sli {
        @Override
        public String ratio(String window) {
            return good(window) + "\n/\n(" + total(window) + " > 0)";
        }

        @Override
        public Optional<String> bad(String window) {
            return Optional.of(total(window) + "\n-\n" + good(window));
        }

        @Override
        public String absent(String window) {
            return "absent_over_time(" + PrometheusRules.EVENTS + labels + "[" + window + "])";
        }

        private String good(String window) {
            return "sum(increase(" + PrometheusRules.GOOD_EVENTS + labels + "[" + window + "]))";
        }

        /** The count as it was a window ago, none where nothing was counted yet. */
        String totalBefore(String window) {
            return "sum(" + PrometheusRules.EVENTS + labels + " offset " + window + ")";
        }

        /** How many events there were, zero of them included. */
        String total(String window) {
            return "sum(increase(" + PrometheusRules.EVENTS + labels + "[" + window + "]))";
        }
    }

    /** By the definition's own queries. A part of which there are no series yet is zero. */
    record Queried(Indicator.Polarity polarity, Query part, Query total, boolean counter)
            implements Sli {
        @Override
        public String ratio(String window) {
            String share = part(window) + "\n/\n(" + count(total, window) + " > 0)";
            return polarity == Indicator.Polarity.GOOD ? share : "1 - (\n" + share + "\n)";
        }

        @Override
        public Optional<String> bad(String window) {
            if (part.isTemplate() || total.isTemplate()) {
                return Optional.empty();
            }
            return Optional.of(
                    polarity == Indicator.Polarity.BAD
                            ? part(window)
                            : count(total, window) + "\n-\n" + part(window));
        }

        @Override
        public String absent(String window) {
            return total.absent(window);
        }

        private String part(String window) {
            return "(" + count(part, window) + " or vector(0))";
        }

        private String count(Query query, String window) {
            return counter ? query.increase(window) : query.summed(window);
        }
    }

    /** A share that the query has computed already. */
    record Share(Indicator.Polarity meaning, Query query) implements Sli {
        @Override
        public String ratio(String window) {
            return meaning == Indicator.Polarity.GOOD
                    ? query.mean(window)
                    : "1 - " + query.mean(window);
        }

        @Override
        public Optional<String> bad(String window) {
            return Optional.empty();
        }

        @Override
        public String absent(String window) {
            return query.absent(window);
        }
    }

    /** Samples of which each is good or bad by an objective's bound. */
    record Judged(Query query, Objective.Threshold bound) implements Sli {
        @Override
        public String ratio(String window) {
            return query.share(
                    operator(bound.op()),
                    BigDecimal.valueOf(bound.value()).stripTrailingZeros().toPlainString(),
                    window);
        }

        @Override
        public Optional<String> bad(String window) {
            return Optional.empty();
        }

        @Override
        public String absent(String window) {
            return query.absent(window);
        }
    }

    /** PromQL's word for a comparison. */
    static String operator(Op op) {
        return switch (op) {
            case LT -> "<";
            case LTE -> "<=";
            case GT -> ">";
            case GTE -> ">=";
        };
    }
}
