package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;
import io.sluice.definitions.yaml.YamlParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class DefinitionLoaderTest {
    private final DefinitionLoader loader = new DefinitionLoader();

    private static Path write(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static String service(String name) {
        return "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: " + name + "}\nspec: {}\n";
    }

    @Test
    void problemsOfAllFiles_areReportedAtOnce() {
        Loaded loaded =
                Definitions.load(
                        service("a").replace("spec", "spce"),
                        "a: b: c",
                        service("Upper"),
                        service("fine"));

        assertThat(loaded.definitions()).isEmpty();
        assertThat(loaded.problems())
                .extracting(p -> p.file() + ":" + p.line() + ":" + p.column())
                .containsExactly("0.yaml:4:1", "1.yaml:1:5", "2.yaml:3:18");
    }

    @Test
    void documentsBeforeASyntaxError_areChecked() {
        Loaded loaded = Definitions.load(service("Upper") + "---\na: b: c\n");

        assertThat(loaded.problems()).extracting(Problem::line).containsExactly(3, 6);
    }

    @Test
    void nameThatMayBeInAnUnreadableFile_isOnlyAWarning() {
        String slo =
                Definitions.slo("slo", "indicatorRef: elsewhere\nbudgetingMethod: Occurrences\n")
                        + "  timeWindow: [{duration: 30d, isRolling: true}]\n"
                        + "  objectives: [{target: 0.9}]\n";

        Loaded loaded = Definitions.load(service("shop"), slo, "metadata: {name: elsewhere");

        assertThat(loaded.problems())
                .extracting(p -> p.file() + " " + p.severity() + " " + p.message())
                .hasSize(2)
                .contains(
                        "1.yaml WARNING no SLI by the name `elsewhere` in the files that could be"
                                + " read");
    }

    @Test
    void referenceToAnObjectThatIsWrongItself_isNotDangling() {
        Loaded loaded =
                Definitions.load(
                        service("shop").replace("spec: {}", "spec: {nonsense: 1}"),
                        Definitions.slo(
                                "slo",
                                """
                                indicator:
                                  metadata: {name: errors}
                                  spec:
                                    ratioMetric:
                                      good: {metricSource: {type: spans, spec: {service: shop, name: good}}}
                                      total: {metricSource: {type: spans, spec: {service: shop}}}
                                budgetingMethod: Occurrences
                                timeWindow: [{duration: 30d, isRolling: true}]
                                objectives: [{target: 0.9}]
                                """));

        assertThat(loaded.problems())
                .extracting(Problem::message)
                .containsExactly("unknown key `nonsense`");
    }

    @Test
    void referencesReachAnyFile_whateverTheirOrder(@TempDir Path folder) throws IOException {
        write(folder, "z/service.yml", service("shop"));
        write(folder, "b.yaml", Definitions.SHOP.replace("name: shop", "name: other"));
        write(
                folder,
                "a.json",
                """
                {"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "slo", "labels": {"tier": "service"}},
                 "spec": {"service": "shop", "indicatorRef": "errors", "budgetingMethod": "Occurrences",
                          "timeWindow": [{"duration": "30d", "isRolling": true}], "objectives": [{"targetPercent": 99}]}}
                """);

        Loaded loaded = loader.load(List.of(folder));

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.definitions().orElseThrow().files())
                .extracting(SourceFile::path)
                .containsExactly("a.json", "b.yaml", "z/service.yml");
    }

    @Test
    void hiddenAndOtherFiles_areLeftOut(@TempDir Path folder) throws IOException {
        write(folder, "a.yaml", service("a"));
        write(folder, ".hidden.yaml", "nonsense");
        write(folder, ".git/b.yaml", "nonsense");
        write(folder, "README.md", "nonsense");

        assertThat(loader.load(List.of(folder)).problems()).isEmpty();
    }

    @Test
    void fileGivenTwice_isReadOnce(@TempDir Path folder) throws IOException {
        Path file = write(folder, "a.yaml", service("a"));

        assertThat(loader.load(List.of(folder, file, folder)).definitions().orElseThrow().files())
                .hasSize(1);
    }

    @Test
    void pathThatDoesNotExist_isAProblemOfThatPath(@TempDir Path folder) {
        Path nowhere = folder.resolve("nowhere");

        assertThat(loader.load(List.of(nowhere)).problems())
                .extracting(Problem::toString)
                .containsExactly(nowhere + ":1:1: error: no such file or folder");
    }

    @Test
    void fileOverTheLimit_isRefusedUnread(@TempDir Path folder) throws IOException {
        Path file = write(folder, "big.yaml", "#".repeat(YamlParser.MAX_TEXT + 1));

        assertThat(loader.load(List.of(file)).problems())
                .extracting(Problem::message)
                .containsExactly("the file is too large");
        assertThat(Definitions.load("#".repeat(YamlParser.MAX_TEXT + 1)).problems())
                .extracting(Problem::message)
                .containsExactly("the file is too large");
    }

    @Test
    void nothing_isAValidSet() {
        DefinitionSet set =
                Definitions.load("", "# only a comment\n", "---\n---\n")
                        .definitions()
                        .orElseThrow();

        assertThat(set.slos()).isEmpty();
        assertThat(set.files()).hasSize(3);
    }

    @Test
    void digest_dependsOnPathsAndTexts_andNotOnTheirOrder() {
        List<SourceFile> files = new ArrayList<>(shipped().files());
        String digest = shipped().digest();

        for (int seed = 0; seed < 5; seed++) {
            Collections.shuffle(files, new Random(seed));
            assertThat(loader.loadSources(files).definitions().orElseThrow().digest())
                    .isEqualTo(digest);
        }
        SourceFile first = files.getFirst();
        files.set(0, new SourceFile(first.path(), first.text() + "\n"));
        assertThat(loader.loadSources(files).definitions().orElseThrow().digest())
                .isNotEqualTo(digest);
        files.set(0, new SourceFile("other/" + first.path(), first.text()));
        assertThat(loader.loadSources(files).definitions().orElseThrow().digest())
                .isNotEqualTo(digest);
    }

    @Test
    void digest_doesNotDependOnWhereTheFolderIs(@TempDir Path one, @TempDir Path other)
            throws IOException {
        write(one, "x/a.yaml", service("a"));
        write(other, "x/a.yaml", service("a"));

        assertThat(loader.load(List.of(one)).definitions())
                .isEqualTo(loader.load(List.of(other)).definitions());
    }

    private DefinitionSet shipped() {
        return loader.load(List.of(Definitions.SHIPPED)).definitions().orElseThrow();
    }

    @Test
    void problemAfterALoneCarriageReturn_isInTheNextLine() {
        Loaded loaded =
                new DefinitionLoader().loadSources(List.of(new SourceFile("cr.yaml", "a: b\r}")));
        assertThat(loaded.problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.line()).isEqualTo(2);
                            assertThat(problem.column()).isEqualTo(1);
                        });
    }

    @Test
    void danglingReference_isAnErrorInAFolder_andANoteInAFileByItself(@TempDir Path folder)
            throws IOException {
        write(folder, "service.yaml", service("shop"));
        Path slo =
                write(
                        folder,
                        "slo.yaml",
                        Definitions.slo(
                                "slo",
                                """
                                indicatorRef: elsewhere
                                budgetingMethod: Occurrences
                                timeWindow: [{duration: 30d, isRolling: true}]
                                objectives: [{target: 0.9}]
                                """));

        Loaded whole = loader.load(List.of(folder));
        assertThat(whole.valid()).isFalse();
        assertThat(whole.definitions()).isEmpty();
        assertThat(whole.problems())
                .extracting(p -> p.severity() + " " + p.line() + ":" + p.column())
                .containsExactly("ERROR 6:17");

        Loaded some = loader.load(List.of(slo));
        assertThat(some.valid()).isTrue();
        assertThat(some.definitions()).isEmpty();
        assertThat(some.problems())
                .extracting(p -> p.severity() + " " + p.line() + ":" + p.column())
                .containsExactly("NOTE 5:12", "NOTE 6:17");

        assertThat(loader.load(List.of(slo, folder)).valid())
                .as("a file of a given folder is not by itself")
                .isFalse();
    }

    @Test
    void filesThatReferToEachOther_areASet_alsoWhenGivenOneByOne(@TempDir Path folder)
            throws IOException {
        Path one = write(folder, "a.yaml", service("a"));
        Path other = write(folder, "b.yaml", service("b"));

        assertThat(loader.load(List.of(one, other)).definitions().orElseThrow().services())
                .containsOnlyKeys("a", "b");
    }

    @Test
    void alertThatCanNeverFire_isTold_evenWhereTheIndicatorIsElsewhere(@TempDir Path folder)
            throws IOException {
        Path slo =
                write(
                        folder,
                        "slo.yaml",
                        Definitions.slo(
                                "slo",
                                """
                                indicatorRef: elsewhere
                                budgetingMethod: Occurrences
                                timeWindow: [{duration: 30d, isRolling: true}]
                                objectives: [{target: 0.9}]
                                alertPolicies:
                                  - kind: AlertPolicy
                                    metadata: {name: policy}
                                    spec:
                                      conditions:
                                        - kind: AlertCondition
                                          metadata: {name: dead}
                                          spec: {severity: page, condition: {kind: burnrate, op: gt, threshold: 14.4, lookbackWindow: 1h}}
                                      notificationTargets: [{kind: AlertNotificationTarget, metadata: {name: mail}, spec: {target: mail}}]
                                """));

        assertThat(loader.load(List.of(slo)).problems())
                .extracting(Problem::message)
                .anyMatch(message -> message.startsWith("condition `dead` can never fire"));
    }

    @Test
    void documentThatIsNotYaml_hidesNoneOfTheOthers() {
        String broken =
                String.join(
                        "--- # next\n",
                        service("A b"),
                        "unclosed: \"quote\nmetadata: x\n",
                        service("C d"),
                        "block: |\n  text\n tab:\t[\n",
                        "{a: b: c}\n",
                        service("E f"));

        assertThat(Definitions.load(broken).problems())
                .extracting(p -> p.line() + ":" + p.column() + " " + p.message().split(":")[0])
                .containsExactly(
                        "3:18 not a name",
                        "6:11 not valid YAML",
                        "11:18 not a name",
                        "16:2 not valid YAML",
                        "18:6 not valid YAML",
                        "22:18 not a name");
    }

    @Test
    void separatorInsideABrokenValue_stillSeparates_andManyBrokenDocumentsEnd() {
        assertThat(Definitions.load("--- {\n--- {\r\n---\n" + service("A b")).problems())
                .extracting(p -> p.line() + ":" + p.column())
                .containsExactly("1:5", "2:5", "6:18");
        assertThat(Definitions.load("--- {\n".repeat(150_000)).problems()).hasSize(100);
    }

    @Test
    void circlesOfCapacities_areReportedWhereEachBegins() {
        String sli =
                """
                apiVersion: openslo/v1
                kind: SLI
                metadata: {name: load}
                spec: {thresholdMetric: {metricSource: {type: spans, spec: {service: shop, value: countPerMinute}}}}
                """;
        List<String> texts = new ArrayList<>(List.of(sli, Definitions.SHOP));
        String[][] slos = {{"a", "b"}, {"b", "c, e"}, {"c", "a"}, {"d", "a"}, {"e", "a"}};
        for (String[] slo : slos) {
            texts.add(
                    """
                    apiVersion: openslo/v1
                    kind: SLO
                    metadata: {name: %s, labels: {tier: service}, annotations: {sluice.dev/capacity-of: "%s"}}
                    spec:
                      service: shop
                      indicatorRef: load
                      budgetingMethod: Timeslices
                      timeWindow: [{duration: 30d, isRolling: true}]
                      objectives: [{op: gt, value: 5, target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 1m}]
                    """
                            .formatted(slo[0], slo[1]));
        }

        assertThat(Definitions.load(texts.toArray(String[]::new)).problems())
                .extracting(p -> p.file() + " " + p.message())
                .containsExactly(
                        "2.yaml the capacity of `a` depends on itself: a → b → c → a",
                        "3.yaml the capacity of `b` depends on itself: b → c → a → b",
                        "4.yaml the capacity of `c` depends on itself: c → a → b → c",
                        "6.yaml the capacity of `e` depends on itself: e → a → b → e");
    }
}
