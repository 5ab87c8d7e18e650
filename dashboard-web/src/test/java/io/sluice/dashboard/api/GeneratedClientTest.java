package io.sluice.dashboard.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openapitools.codegen.DefaultGenerator;
import org.openapitools.codegen.config.CodegenConfigurator;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The description is good enough to generate a client from: one is generated, compiled with what a
 * pipeline would write, and called against a server.
 */
final class GeneratedClientTest {
    /** Compiled with the generated client. */
    private static final Path TOUR = Path.of("src/test/client");

    @TempDir private Path folder;

    @Test
    void clientOfTheDescription_compilesAndWorks() throws Exception {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            Path description = folder.resolve("openapi.json");
            Files.writeString(description, dashboard.get("/openapi.json").body());
            Path sources = folder.resolve("client");
            generate(description, sources);
            Path classes = compile(sources.resolve("src/main/java"), TOUR);

            assertThat(tour(classes, dashboard.url(ApiRoutes.BASE)))
                    .contains(
                            "unmeasured null",
                            "40 points",
                            "checkout NO_GO -1",
                            "evidence true",
                            "404 true",
                            "auth auth-3",
                            "deployed true",
                            "silences 0");
        }
    }

    private static void generate(Path description, Path target) {
        CodegenConfigurator configurator =
                new CodegenConfigurator()
                        .setGeneratorName("java")
                        .setLibrary("native")
                        .setInputSpec(description.toString())
                        .setOutputDir(target.toString())
                        .setInvokerPackage("io.sluice.client")
                        .setApiPackage("io.sluice.client.api")
                        .setModelPackage("io.sluice.client.model");
        Map.of(
                        "apis", "",
                        "models", "",
                        "supportingFiles", "",
                        "apiTests", "false",
                        "modelTests", "false",
                        "apiDocs", "false",
                        "modelDocs", "false")
                .forEach(configurator::addGlobalProperty);
        Map.of("openApiNullable", "false", "useJakartaEe", "true")
                .forEach(configurator::addAdditionalProperty);
        DefaultGenerator generator = new DefaultGenerator();
        generator.setGenerateMetadata(false);
        generator.opts(configurator.toClientOptInput()).generate();
    }

    private Path compile(Path... roots) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        Path classes = Files.createDirectory(folder.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled =
                    compiler.getTask(
                                    new StringWriter(),
                                    files,
                                    problems,
                                    List.of("-proc:none", "-d", classes.toString()),
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources))
                            .call();
            assertThat(compiled).as(problems.getDiagnostics().toString()).isTrue();
        }
        return classes;
    }

    /** The tour is a plain function, so that nothing here needs the client's types. */
    @SuppressWarnings("unchecked")
    private static List<String> tour(Path classes, String address) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            Function<String, List<String>> tour =
                    (Function<String, List<String>>)
                            loader.loadClass("io.sluice.dashboard.client.Tour")
                                    .getDeclaredConstructor()
                                    .newInstance();
            return tour.apply(address);
        }
    }
}
