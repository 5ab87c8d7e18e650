package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.imports.Imported;
import io.sluice.definitions.imports.Imports;
import io.sluice.definitions.model.DataSource;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.NotificationTarget;
import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.SyntheticCheck;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Recognises objects by {@code apiVersion} and {@code kind}, and gives each to its kind's reader.
 */
final class ObjectReader {
    /** Their objects have other fields, so reading them as v1 would tell nothing but nonsense. */
    private static final List<String> OTHER_VERSIONS =
            List.of("openslo/v1alpha", "openslo.com/v2alpha");

    private static final List<String> API_VERSIONS =
            Stream.concat(Stream.of(Kind.OPENSLO, Kind.SLUICE), Imports.API_VERSIONS.stream())
                    .toList();

    private final References references;
    private final List<Imported> imports = new ArrayList<>();
    private final IndicatorReader indicators;
    private final AlertReader alerts;
    private final SloReader slos;
    private final CutoverReader cutovers;
    private final ResultsReader results;
    private final ExclusionReader exclusions;
    private final JourneyReader journeys;
    private final SyntheticCheckReader checks;
    private final MigrationReader migrations;

    ObjectReader(References references) {
        this.references = references;
        SourceReader sources = new SourceReader(references);
        indicators = new IndicatorReader(references, sources);
        alerts = new AlertReader(references);
        slos = new SloReader(references, indicators, alerts);
        cutovers = new CutoverReader(references, indicators);
        results = new ResultsReader(references, sources);
        exclusions = new ExclusionReader(references);
        journeys = new JourneyReader(references, indicators);
        checks = new SyntheticCheckReader(references);
        migrations = new MigrationReader(references, sources);
    }

    /** An object whose kind is known and whose name, if it has one, is declared. */
    record Declared(Kind kind, Fields fields) {}

    /**
     * Finds out an object's kind and declares its name; reports objects of no known kind. Another
     * tool's document refers to no object, so it is read at once, and its objects are declared.
     */
    Optional<Declared> declare(Value object) {
        Optional<Imported> imported = Imports.read(object);
        if (imported.isPresent()) {
            imports.add(imported.get());
            imported.get().slos().forEach(slo -> references.slos.declare(slo.name(), slo.at()));
            return Optional.empty();
        }
        return object.fields()
                .flatMap(
                        fields -> {
                            Optional<Kind> kind = kind(fields);
                            if (kind.isEmpty()) {
                                // Without its kind nobody can say which other keys are right.
                                fields.all();
                                fields.finish();
                                return Optional.empty();
                            }
                            object.peek("metadata")
                                    .flatMap(metadata -> metadata.peek("name"))
                                    .ifPresent(name -> declare(kind.get(), name));
                            return Optional.of(new Declared(kind.get(), fields));
                        });
    }

    private void declare(Kind kind, Value name) {
        if (name.node() instanceof YamlNode.Scalar scalar && Names.isName(scalar.text())) {
            references.of(kind).declare(scalar.text(), name);
        }
    }

    private static Optional<Kind> kind(Fields fields) {
        Optional<Value> versionAt = fields.exactlyOne("apiVersion");
        Optional<String> version = versionAt.flatMap(ObjectReader::apiVersion);
        Optional<Kind> kind = fields.require("kind", ObjectReader::kind);
        if (version.isEmpty() || kind.isEmpty()) {
            return Optional.empty();
        }
        if (!kind.get().apiVersion().equals(version.get())) {
            return versionAt
                    .get()
                    .wrong(
                            "kind " + kind.get().word() + " is not in " + version.get(),
                            kind.get().apiVersion());
        }
        return kind;
    }

    private static Optional<String> apiVersion(Value value) {
        Optional<String> version = value.text();
        if (version.isEmpty()
                || version.get().equals(Kind.OPENSLO)
                || version.get().equals(Kind.SLUICE)) {
            return version;
        }
        if (OTHER_VERSIONS.contains(version.get())) {
            return value.wrong(
                    "this version of OpenSLO, " + version.get() + ", is not read", Kind.OPENSLO);
        }
        return value.wrong(
                "unknown `apiVersion` "
                        + value.node().inMessages()
                        + Texts.didYouMean(version.get(), API_VERSIONS),
                Texts.choice(API_VERSIONS));
    }

    private static Optional<Kind> kind(Value value) {
        return value.text()
                .flatMap(
                        word ->
                                Kind.of(word)
                                        .or(
                                                () ->
                                                        value.wrong(
                                                                "unknown kind "
                                                                        + value.node().inMessages()
                                                                        + Texts.didYouMean(
                                                                                word, Kind.words()),
                                                                Texts.choice(Kind.words()))));
    }

    /** Reads everything that was declared, each object after those that it may refer to. */
    void readAll(List<Declared> declared) {
        imports.forEach(this::define);
        declared.stream().sorted(Comparator.comparing(Declared::kind)).forEach(this::read);
        slos.reportCycles();
    }

    private void define(Imported imported) {
        imported.service().ifPresent(s -> references.services.imply(s.metadata().name(), s));
        imported.slos()
                .forEach(
                        named ->
                                named.slo()
                                        .ifPresent(
                                                slo -> references.slos.define(named.name(), slo)));
    }

    /** Reads an object and registers it, unless something in it is wrong. */
    private void read(Declared object) {
        switch (object.kind()) {
            case SERVICE ->
                    read(
                            object,
                            ObjectReader::service,
                            s -> s.metadata().name(),
                            references.services);
            case DATA_SOURCE ->
                    read(
                            object,
                            ObjectReader::dataSource,
                            DataSource::name,
                            references.dataSources);
            case SLI -> read(object, indicators::sli, s -> s.metadata().name(), references.slis);
            case ALERT_NOTIFICATION_TARGET ->
                    read(
                            object,
                            alerts::notificationTarget,
                            NotificationTarget::name,
                            references.notificationTargets);
            case ALERT_CONDITION ->
                    read(
                            object,
                            ConditionReader::condition,
                            c -> c.condition().name(),
                            references.alertConditions);
            case ALERT_POLICY ->
                    read(
                            object,
                            alerts::policy,
                            p -> p.policy().metadata().name(),
                            references.alertPolicies);
            case SLO -> read(object, slos::slo, s -> s.name(), references.slos);
            case CUTOVER -> read(object, cutovers::cutover, c -> c.name(), references.cutovers);
            case RESULTS ->
                    read(
                            object,
                            results::table,
                            t -> t.metadata().name(),
                            references.resultsTables);
            case EXCLUSION ->
                    read(
                            object,
                            exclusions::exclusion,
                            e -> e.exclusion().name(),
                            references.exclusions);
            case JOURNEY -> read(object, journeys::journey, Journey::name, references.journeys);
            case SYNTHETIC_CHECK ->
                    read(object, checks::check, SyntheticCheck::name, references.syntheticChecks);
            case MIGRATION ->
                    read(object, migrations::migration, Migration::name, references.migrations);
        }
    }

    private static <T> void read(
            Declared object,
            Function<Fields, Optional<T>> read,
            Function<T, String> name,
            Registry<T> registry) {
        Optional<T> made = read.apply(object.fields());
        object.fields().finish();
        if (!object.fields().owner().reading().failed()) {
            made.ifPresent(t -> registry.define(name.apply(t), t));
            object.kind()
                    .unheeded()
                    .ifPresent(
                            words ->
                                    object.fields()
                                            .value("kind")
                                            .ifPresent(kind -> kind.note(words, "")));
        }
    }

    private static Optional<Service> service(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.SERVICE));
        String description =
                object.advised(
                                "spec",
                                "OpenSLO's text has a `spec` in every object, its validator not in"
                                        + " a Service",
                                "`spec: {}`")
                        .flatMap(v -> v.object(f -> Optional.of(description(f))))
                        .orElse("");
        return metadata.map(m -> new Service(m.metadata(), description));
    }

    private static String description(Fields spec) {
        return spec.optional("description", MetadataReader::description).orElse("");
    }

    private static Optional<DataSource> dataSource(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.DATA_SOURCE));
        return object.require(
                "spec", spec -> spec.object(fields -> dataSourceSpec(fields, metadata)));
    }

    private static Optional<DataSource> dataSourceSpec(
            Fields spec, Optional<ReadMetadata> metadata) {
        String description = description(spec);
        Optional<Value> details =
                spec.advised(
                        "connectionDetails",
                        "OpenSLO's validator refuses a DataSource without `connectionDetails`",
                        "");
        Optional<String> type = spec.require("type", Value::someText);
        return metadata.flatMap(
                m ->
                        type.map(
                                t ->
                                        new DataSource(
                                                m.metadata(),
                                                description,
                                                t,
                                                details.map(Trees::of)
                                                        .orElseGet(Tree.Nothing::new))));
    }
}
