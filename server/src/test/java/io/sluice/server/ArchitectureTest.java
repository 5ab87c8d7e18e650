package io.sluice.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** ARCHITECTURE.md's sentences on who may use whom. */
@AnalyzeClasses(packages = "io.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule definitions_useNothingOfOurs =
            noClasses()
                    .that()
                    .resideInAPackage("io.sluice.definitions..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.sluice.engine..",
                            "io.sluice.collector..",
                            "io.sluice.dashboard..",
                            "io.sluice.server..");

    @ArchTest
    static final ArchRule engine_seesNeitherReceiversNorPages =
            noClasses()
                    .that()
                    .resideInAPackage("io.sluice.engine..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.sluice.collector..", "io.sluice.dashboard..", "io.sluice.server..");

    @ArchTest
    static final ArchRule engine_seesNeitherWireFormatsNorHttp =
            noClasses()
                    .that()
                    .resideInAPackage("io.sluice.engine..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "com.google.protobuf..",
                            "io.opentelemetry..",
                            "io.grpc..",
                            "io.javalin..",
                            "org.eclipse.jetty..",
                            "java.net.http..");

    @ArchTest
    static final ArchRule collector_seesNoSql =
            noClasses()
                    .that()
                    .resideInAPackage("io.sluice.collector..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.sql..",
                            "org.jooq..",
                            "org.sqlite..",
                            "io.sluice.engine.store..",
                            "io.sluice.dashboard..",
                            "io.sluice.server..");

    @ArchTest
    static final ArchRule collector_usesNoGeneratedProtobufClasses =
            noClasses()
                    .that()
                    .resideInAPackage("io.sluice.collector..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("com.google.protobuf..", "io.opentelemetry..");

    @ArchTest
    static final ArchRule dashboard_seesNeitherWireFormatsNorSql =
            noClasses()
                    .that()
                    .resideInAPackage("io.sluice.dashboard..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.sluice.collector..",
                            "io.sluice.server..",
                            "io.sluice.engine.store..",
                            "io.sluice.engine.log..",
                            "java.sql..",
                            "org.jooq..",
                            "com.google.protobuf..");

    @ArchTest
    static final ArchRule jooq_staysInTheStore =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.sluice.engine.store.sqlite..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.jooq..");

    @ArchTest
    static final ArchRule instrumentation_staysInTheServer =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.sluice.server..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.micrometer..", "io.prometheus.client..");

    @ArchTest
    static final ArchRule nothingUsesTheCompositionRoot =
            classes()
                    .that()
                    .resideInAPackage("io.sluice.server..")
                    .should()
                    .onlyBeAccessed()
                    .byClassesThat()
                    .resideInAPackage("io.sluice.server..");

    @ArchTest
    static final ArchRule collectorPackages_haveNoCycles =
            slices().matching("io.sluice.collector.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule dashboardPackages_haveNoCycles =
            slices().matching("io.sluice.dashboard.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule enginePackages_haveNoCycles =
            slices().matching("io.sluice.engine.(*)..").should().beFreeOfCycles();
}
