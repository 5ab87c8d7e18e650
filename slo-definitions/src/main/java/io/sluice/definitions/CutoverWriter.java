package io.sluice.definitions;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.write.FieldsWriter;
import io.sluice.definitions.yaml.Durations;

import java.time.Duration;
import java.util.Optional;

/** Writes what {@link CutoverReader} and {@link ResultsReader} read, defaults spelled out. */
final class CutoverWriter {
    private final SloWriter slos;

    /**
     * @param slos refers to SLIs
     */
    CutoverWriter(SloWriter slos) {
        this.slos = slos;
    }

    Tree.Fields cutover(Cutover cutover) {
        FieldsWriter spec =
                new FieldsWriter()
                        .someText("description", cutover.description())
                        .text("service", cutover.service())
                        .put("baseline", IndicatorWriter.side(cutover.baseline()))
                        .put("candidate", IndicatorWriter.side(cutover.candidate()))
                        .text("stratifyBy", cutover.stratifyBy())
                        .put(
                                "sealing",
                                new FieldsWriter()
                                        .text(
                                                "stratum",
                                                Durations.written(cutover.sealing().stratum()))
                                        .text("after", Durations.written(cutover.sealing().after()))
                                        .toTree())
                        .someItems("metrics", cutover.metrics().stream().map(this::metric).toList())
                        .someItems(
                                "quantiles",
                                cutover.quantiles().stream().map(this::quantile).toList())
                        .someItems(
                                "steps", cutover.steps().stream().map(CutoverWriter::step).toList())
                        .put(
                                "errorAllowance",
                                new FieldsWriter()
                                        .number("go", cutover.errorAllowance().go())
                                        .number("noGo", cutover.errorAllowance().noGo())
                                        .toTree())
                        .put("data", dataGate(cutover.data()))
                        .put("snapshot", cutover.snapshot().map(CutoverWriter::snapshot))
                        .text("capacity", cutover.capacity())
                        .texts("objectives", cutover.objectives());
        return ObjectWriter.object(Kind.CUTOVER, cutover.metadata(), spec);
    }

    private Tree.Fields metric(Cutover.Metric metric) {
        FieldsWriter fields = new FieldsWriter().text("name", metric.name());
        slos.indicator(fields, metric.sli(), metric.indicator());
        metric.threshold().ifPresent(threshold -> SloWriter.threshold(fields, threshold));
        fields.truth("required", metric.required());
        metric.ownNoGo()
                .ifPresentOrElse(
                        risk -> fields.number("noGo", risk),
                        () -> fields.number("weight", metric.weight()));
        metric.target().ifPresent(target -> fields.number("target", target));
        metric.floor().ifPresent(floor -> fields.number("floor", floor));
        metric.limit().ifPresent(limit -> fields.number("limit", limit));
        return fields.toTree();
    }

    private Tree.Fields quantile(Cutover.QuantileMetric metric) {
        FieldsWriter fields = new FieldsWriter().text("name", metric.name());
        slos.indicator(fields, metric.sli(), metric.indicator());
        return fields.number("quantile", metric.quantile())
                .truth("required", metric.required())
                .number("weight", metric.weight())
                .number("goMargin", metric.goMargin())
                .number("noGoMargin", metric.noGoMargin())
                .toTree();
    }

    private static Tree snapshot(Cutover.Snapshot snapshot) {
        FieldsWriter fields =
                new FieldsWriter()
                        .text("baseline", snapshot.baseline())
                        .texts("exclude", snapshot.exclusions());
        snapshot.driftMargin()
                .ifPresentOrElse(
                        margin -> fields.number("driftMargin", margin),
                        () -> fields.text("driftMargin", CutoverReader.MEASURED));
        return fields.toTree();
    }

    private static Tree.Fields step(Cutover.Step step) {
        FieldsWriter fields =
                new FieldsWriter()
                        .number("share", step.share())
                        .number("noGoMargin", step.noGoMargin())
                        .text("minimumDuration", Durations.written(step.minimumDuration()))
                        .text("deadline", step.deadline().map(Durations::written));
        if (!step.approvals().isEmpty()) {
            fields.texts("approvals", step.approvals());
        }
        step.budget()
                .ifPresentOrElse(
                        budget ->
                                fields.put(
                                        "budget",
                                        new FieldsWriter()
                                                .text("slo", budget.slo())
                                                .number("slice", budget.slice())
                                                .toTree()),
                        () -> fields.number("goMargin", step.goMargin()));
        return fields.toTree();
    }

    private static Tree.Fields dataGate(Cutover.DataGate gate) {
        return new FieldsWriter()
                .text("freshness", Durations.written(gate.freshness()))
                .number("minimumEvents", gate.minimumEvents())
                .number("lateShare", gate.lateShare())
                .toTree();
    }

    static Tree.Fields results(ResultsTable table) {
        FieldsWriter spec =
                new FieldsWriter()
                        .put("before", IndicatorWriter.side(table.before()))
                        .put("after", IndicatorWriter.side(table.after()))
                        .texts("cutovers", table.cutovers())
                        .someItems("rows", table.rows().stream().map(CutoverWriter::row).toList());
        return ObjectWriter.object(Kind.RESULTS, table.metadata(), spec);
    }

    private static Tree.Fields row(ResultsTable.Row row) {
        return new FieldsWriter()
                .text("metric", row.metric())
                .text("unit", row.unit())
                .text("statistic", Words.word(ResultsReader.STATISTICS, row.statistic()))
                .put("source", source(row.source()))
                .put("part", source(row.part()))
                .text("valueUnit", Words.word(ResultsReader.UNITS, row.valueUnit()))
                .text("improvement", Words.word(ResultsReader.IMPROVEMENTS, row.improvement()))
                .text(
                        "minimumWindow",
                        Durations.written(Duration.ofSeconds(row.minimumWindowSeconds())))
                .toTree();
    }

    private static Optional<Tree> source(Optional<EventSource> source) {
        return source.map(IndicatorWriter::source);
    }
}
