package io.sluice.server.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.server.plan.Plan.How;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The shipped files against themselves with one thing changed. */
class PlanTest {
    private static final List<SourceFile> SHIPPED =
            new DefinitionLoader()
                    .load(List.of(Path.of("../slo-definitions/shopflow")))
                    .definitions()
                    .orElseThrow()
                    .files();

    /** The migration asks whether its cutovers' old side has fallen silent, and goes with them. */
    private static final Pattern BELONGS_TO_IT =
            Pattern.compile("(cutover/auth|migration/shopflow)/");

    private static final DefinitionSet IN_FORCE = set(SHIPPED);

    @Test
    void sameFiles_changeNothing() {
        Plan plan = Plan.between(IN_FORCE, set(SHIPPED));

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.kept()).isPositive();
    }

    @Test
    void commentsAndPlaces_changeNothing() {
        List<SourceFile> moved =
                SHIPPED.stream()
                        .map(f -> new SourceFile("moved/" + f.path(), "# more\n" + f.text()))
                        .toList();

        assertThat(Plan.between(IN_FORCE, set(moved)).isEmpty()).isTrue();
    }

    @Test
    void anotherTarget_isOneField_andKeepsEverySeries() {
        Plan plan =
                Plan.between(
                        IN_FORCE,
                        edited("business/checkout-latency.yaml", "target: 0.95", "target: 0.96"));

        assertThat(plan.objects())
                .containsExactly(
                        new Plan.ObjectChange(
                                How.CHANGED,
                                "slos",
                                "checkout-latency",
                                List.of(new FieldChange("objectives[0].target", "0.95", "0.96"))));
        assertThat(plan.anew()).isEmpty();
        assertThat(plan.dropped()).isEmpty();
        assertThat(plan.isEmpty()).isFalse();
    }

    @Test
    void anotherThreshold_isFoldedAnew() {
        Plan plan =
                Plan.between(
                        IN_FORCE, edited("business/checkout-latency.yaml", "value: 5", "value: 4"));

        assertThat(plan.objects().getFirst().fields())
                .containsExactly(new FieldChange("objectives[0].threshold.value", "5.0", "4.0"));
        assertThat(plan.anew())
                .extracting(Plan.Series::uses)
                .containsExactly(List.of("slo/checkout-latency/0"));
        assertThat(plan.dropped())
                .extracting(Plan.Series::uses)
                .containsExactly(List.of("slo/checkout-latency/0"));
    }

    @Test
    void anotherMatcher_isToldAsASentence() {
        Plan plan =
                Plan.between(
                        IN_FORCE,
                        edited(
                                "business/checkout-latency.yaml",
                                "equals: checkout}",
                                "equals: payment}"));

        assertThat(plan.objects())
                .extracting(Plan.ObjectChange::kind)
                .containsExactly("slis", "slos");
        FieldChange source = plan.objects().getFirst().fields().getFirst();
        assertThat(source.path()).isEqualTo("indicator.source");
        assertThat(source.before())
                .startsWith("spans of service strangler-proxy")
                .contains("shop.service is checkout");
        assertThat(source.after()).contains("shop.service is payment");
    }

    @Test
    void renamedSlo_isAnotherObject_withTheSameSeries() {
        List<SourceFile> files =
                replacedWithoutMigrations(
                        "business/checkout-latency.yaml",
                        text ->
                                text.replaceFirst(
                                        "(?s)(kind: SLO\nmetadata:\n  name: )checkout-latency",
                                        "$1checkout-quick"));
        DefinitionSet before =
                set(replacedWithoutMigrations("business/checkout-latency.yaml", text -> text));
        Plan plan = Plan.between(before, set(files));

        assertThat(plan.objects())
                .extracting(change -> change.how() + " " + change.name())
                .contains("REMOVED checkout-latency", "ADDED checkout-quick");
        assertThat(plan.anew()).isEmpty();
        assertThat(plan.dropped()).isEmpty();
        assertThat(plan.kept()).isEqualTo(Plan.between(before, before).kept());
    }

    @Test
    void removedAndAddedItems_areTold() {
        Plan shorter =
                Plan.between(
                        IN_FORCE,
                        edited(
                                "cutovers/auth.yaml",
                                "    - {share: 1.00, goMargin: 1.25, noGoMargin: 1.2,"
                                        + " minimumDuration: 10s}\n",
                                ""));

        assertThat(shorter.objects().getFirst().fields())
                .containsExactly(
                        new FieldChange(
                                "steps[3]",
                                "{share: 1.0, goMargin: 1.25, noGoMargin: 1.2, minimumDuration:"
                                        + " 10s}",
                                ""));
    }

    @Test
    void removedCutover_isNoLongerCounted() {
        List<SourceFile> without = new ArrayList<>(SHIPPED);
        without.removeIf(
                f ->
                        f.path().endsWith("cutovers/auth.yaml")
                                || f.text().contains("kind: Migration"));
        without.replaceAll(
                f ->
                        new SourceFile(
                                f.path(), f.text().replaceAll("(cutovers: .*), auth\\]", "$1]")));
        Plan plan = Plan.between(IN_FORCE, set(without));

        assertThat(plan.objects())
                .extracting(change -> change.how() + " " + change.kind() + " " + change.name())
                .contains("REMOVED cutovers auth", "CHANGED resultsTables shopflow");
        assertThat(plan.dropped())
                .allSatisfy(
                        series ->
                                assertThat(series.uses())
                                        .allMatch(use -> BELONGS_TO_IT.matcher(use).lookingAt()));
        assertThat(plan.dropped()).isNotEmpty();
    }

    @Test
    void everythingIsNew_toAServerWithoutDefinitions() {
        Plan plan = Plan.between(DefinitionSet.EMPTY, IN_FORCE);

        assertThat(plan.count(How.ADDED)).isEqualTo(plan.objects().size());
        assertThat(plan.kept()).isZero();
        assertThat(plan.anew()).hasSize((int) Plan.between(IN_FORCE, IN_FORCE).kept());
    }

    private static DefinitionSet edited(String path, String before, String after) {
        return set(
                replaced(
                        path,
                        text -> {
                            assertThat(text).contains(before);
                            return text.replace(before, after);
                        }));
    }

    private static List<SourceFile> replaced(String path, UnaryOperator<String> edit) {
        assertThat(SHIPPED).extracting(SourceFile::path).contains(path);
        return SHIPPED.stream()
                .map(f -> f.path().equals(path) ? new SourceFile(path, edit.apply(f.text())) : f)
                .toList();
    }

    /** Migrations refer to objects by name. */
    private static List<SourceFile> replacedWithoutMigrations(
            String path, UnaryOperator<String> edit) {
        return replaced(path, edit).stream()
                .filter(f -> !f.text().contains("kind: Migration"))
                .toList();
    }

    private static DefinitionSet set(List<SourceFile> files) {
        Loaded loaded = new DefinitionLoader().loadSources(files);
        assertThat(loaded.valid()).as("%s", loaded.problems()).isTrue();
        return loaded.definitions().orElseThrow();
    }
}
