package io.sluice.definitions.prometheus;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.write.FieldsWriter;
import io.sluice.definitions.write.YamlText;

import java.util.ArrayList;
import java.util.List;

/**
 * Recording and alert rules that let a Prometheus server compute the same objectives: over the
 * counters that Sluice exposes, or over the definition's own queries where its source is a
 * Prometheus server. Stateless.
 *
 * <p>What PromQL has no words for is left out, and named. The figures are Prometheus' own: {@code
 * increase} extrapolates to the window's edges, so a ratio is as exact as the scrape interval is
 * fine, and a late event counts when it arrives, not when it happened.
 */
public final class PrometheusRules {
    /** The counter of all events of an objective, by labels {@code slo} and {@code objective}. */
    public static final String EVENTS = "sluice_slo_events_total";

    /** The counter of the good ones among them. */
    public static final String GOOD_EVENTS = "sluice_slo_good_events_total";

    private PrometheusRules() {}

    /**
     * What an export gives.
     *
     * @param text a rule file
     * @param leftOut what the rules do not say, a sentence each; also in the file, as comments
     */
    public record Export(String text, List<String> leftOut) {
        public Export {
            leftOut = List.copyOf(leftOut);
        }
    }

    /** The rules of every SLO. */
    public static Export of(DefinitionSet set) {
        List<Tree> groups = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (Slo slo : set.slos().values()) {
            new SloRules(slo, leftOut).into(groups);
        }
        set.cutovers()
                .keySet()
                .forEach(name -> leftOut.add("cutover " + name + ": Sluice's own to decide"));
        set.exclusions()
                .keySet()
                .forEach(name -> leftOut.add("exclusion " + name + ": its time counts there"));
        StringBuilder text = new StringBuilder();
        text.append(
                "# Written by `sluice export prometheus`; a change here is lost by the next.\n");
        leftOut.forEach(line -> text.append("# Left out: ").append(line).append('\n'));
        text.append(
                YamlText.of(
                        List.of(
                                new FieldsWriter()
                                        .put("groups", new Tree.Items(groups))
                                        .toTree())));
        return new Export(text.toString(), leftOut);
    }
}
