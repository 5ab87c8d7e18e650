package io.sluice.examples.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where Sluice lies on this machine.
 *
 * @param java the {@code java} that runs it
 * @param jar the server as shipped
 * @param aotCache what makes it start sooner, if there is one that fits
 * @param definitions the folder of the shop's definitions
 */
record Installation(Path java, Path jar, Optional<Path> aotCache, Path definitions) {
    private static final Path SHOPFLOW = Path.of("slo-definitions", "shopflow");

    /**
     * What the launcher says in system properties: {@code sluice.java}, {@code sluice.jar}, {@code
     * sluice.aot}, and {@code sluice.definitions}, or else the definitions of the source tree that
     * the jar was built in.
     */
    static Installation fromSystemProperties() throws IOException {
        Path jar =
                property("sluice.jar")
                        .orElseThrow(() -> new IOException("start the demo with ./sluice demo"));
        Path java =
                property("sluice.java")
                        .orElse(Path.of(System.getProperty("java.home"), "bin", "java"));
        Optional<Path> definitions = property("sluice.definitions").or(() -> besideOrAbove(jar));
        if (definitions.isEmpty() || !Files.isDirectory(definitions.get())) {
            throw new IOException(
                    "the shop's definitions are not there: set -Dsluice.definitions to the folder "
                            + SHOPFLOW);
        }
        return new Installation(java, jar, property("sluice.aot"), definitions.get());
    }

    private static Optional<Path> property(String name) {
        return Optional.ofNullable(System.getProperty(name)).map(Path::of);
    }

    private static Optional<Path> besideOrAbove(Path jar) {
        for (Path folder = jar.toAbsolutePath().getParent();
                folder != null;
                folder = folder.getParent()) {
            Path candidate = folder.resolve(SHOPFLOW);
            if (Files.isDirectory(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
