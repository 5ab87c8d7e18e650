package io.sluice.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;
import io.sluice.server.report.Counted;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Real files, saved as editors and Kubernetes save them, and looked at between their steps. */
class DefinitionsWatchTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir private Path root;
    private Path folder;
    private Path file;
    private Instant now = START;
    private final Recorded recorded = new Recorded();
    private DefinitionsWatch watch;

    /** What a watch told, and a disk that may be full. */
    private static final class Recorded implements DefinitionsWatch.Engine {
        final List<String> inForce = new ArrayList<>();
        List<Problem> problems = List.of();
        boolean full;

        @Override
        public void putInForce(DefinitionSet set) throws IOException {
            if (full) {
                throw new IOException("no space left");
            }
            inForce.add(String.join(" ", set.services().keySet()));
        }

        @Override
        public void refuse(List<Problem> found) {
            problems = found;
        }
    }

    @BeforeEach
    void start() throws IOException {
        folder = Files.createDirectory(root.resolve("definitions"));
        file = Files.writeString(folder.resolve("services.yaml"), service("one"));
        watch(folder);
    }

    @Test
    void unchangedFiles_areNotPutInForceAgain() throws IOException {
        looks(5);
        Files.setLastModifiedTime(file, FileTime.from(START));
        looks(5);

        assertThat(recorded.inForce).isEmpty();
        assertThat(watch.status().succeededAt()).isEqualTo(START);
    }

    @Test
    void fileWrittenInPlace_isInForceAfterTwoLooks() throws IOException {
        Files.writeString(file, service("two"));
        watch.look();
        assertThat(recorded.inForce).isEmpty();
        now = START.plusSeconds(1);
        watch.look();

        assertThat(recorded.inForce).containsExactly("two");
        assertThat(watch.status())
                .isEqualTo(new DefinitionsWatch.Status(true, now, new Counted(0, 0, 0)));
    }

    @Test
    void fileThatIsEmptyWhileItIsWritten_isNeverInForceSo() throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            watch.look();
            out.write(service("two").substring(0, 40).getBytes(StandardCharsets.UTF_8));
            out.flush();
            watch.look();
            out.write(service("two").substring(40).getBytes(StandardCharsets.UTF_8));
            out.flush();
            watch.look();
        }
        assertThat(recorded.inForce).isEmpty();
        assertThat(recorded.problems).isEmpty();
        looks(2);

        assertThat(recorded.inForce).containsExactly("two");
    }

    @Test
    void fileRenamedOverAnother_isInForce_alsoWhereItIsAsLongAndAsOld() throws IOException {
        FileTime old = Files.getLastModifiedTime(file);
        Path swap = Files.writeString(folder.resolve(".services.yaml.swp"), service("two"));
        Files.setLastModifiedTime(swap, old);
        watch.look();
        Files.move(swap, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        looks(2);

        assertThat(Files.getLastModifiedTime(file)).isEqualTo(old);
        assertThat(recorded.inForce).containsExactly("two");
    }

    @Test
    void editorThatKeepsTheOldFile_andWritesANewOne_isFollowed() throws IOException {
        Files.move(file, folder.resolve("services.yaml~"));
        watch.look();
        Files.writeString(file, service("two"));
        looks(2);

        assertThat(recorded.inForce).containsExactly("two");
    }

    @Test
    void configMap_whoseLinkIsTurned_isInForce() throws IOException {
        Path mount = Files.createDirectory(root.resolve("mount"));
        configMap(mount, "..2026_03_01", service("one"));
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_03_01"));
        Files.createSymbolicLink(mount.resolve("services.yaml"), Path.of("..data/services.yaml"));
        watch(mount);
        looks(2);
        assertThat(recorded.inForce).isEmpty();

        configMap(mount, "..2026_03_02", service("two"));
        watch.look();
        Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2026_03_02"));
        Files.move(
                mount.resolve("..data_tmp"),
                mount.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Files.delete(mount.resolve("..2026_03_01/services.yaml"));
        Files.delete(mount.resolve("..2026_03_01"));
        looks(2);

        assertThat(recorded.inForce).containsExactly("two");
        assertThat(recorded.problems).isEmpty();
    }

    @Test
    void linkedFolder_isFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Path linked = Files.writeString(elsewhere.resolve("more.yaml"), service("two"));
        Files.createSymbolicLink(folder.resolve("more"), elsewhere);
        looks(2);
        Files.writeString(linked, service("three"));
        looks(2);

        assertThat(recorded.inForce).containsExactly("one two", "one three");
    }

    @Test
    void newAndRemovedFiles_areChanges() throws IOException {
        Path more = Files.writeString(folder.resolve("more.yaml"), service("two"));
        looks(2);
        Files.delete(more);
        looks(2);

        assertThat(recorded.inForce).containsExactly("one two", "one");
    }

    @Test
    void badChange_isReported_andIsOverOnceTheFilesAreAsBefore() throws IOException {
        Files.writeString(file, service("one").replace("kind:", "kin:"));
        looks(2);
        assertThat(recorded.inForce).isEmpty();
        assertThat(recorded.problems).hasSize(1);
        assertThat(watch.status())
                .isEqualTo(new DefinitionsWatch.Status(false, START, new Counted(1, 0, 0)));

        Files.writeString(file, service("one"));
        looks(2);
        assertThat(recorded.inForce).isEmpty();
        assertThat(recorded.problems).isEmpty();
        assertThat(watch.status().successful()).isTrue();
    }

    @Test
    void folderThatIsEmptied_orGone_leavesTheSetInForce() throws IOException {
        Files.delete(file);
        looks(2);
        assertThat(recorded.problems)
                .extracting(Problem::message)
                .containsExactly("all definition files are gone");

        Files.delete(folder);
        looks(2);
        assertThat(recorded.problems).hasSize(1);
        assertThat(recorded.inForce).isEmpty();

        Files.createDirectory(folder);
        Files.writeString(file, service("two"));
        looks(2);
        assertThat(recorded.inForce).containsExactly("two");
        assertThat(recorded.problems).isEmpty();
    }

    @Test
    void setThatCannotBePutInForceNow_isTriedAgain() throws IOException {
        recorded.full = true;
        Files.writeString(file, service("two"));
        looks(3);
        assertThat(recorded.inForce).isEmpty();

        recorded.full = false;
        watch.look();
        assertThat(recorded.inForce).containsExactly("two");
    }

    private void watch(Path of) {
        watch =
                new DefinitionsWatch(
                        of, new DefinitionLoader().load(List.of(of)), recorded, () -> now);
    }

    private void looks(int times) {
        for (int i = 0; i < times; i++) {
            watch.look();
        }
    }

    private static void configMap(Path mount, String version, String text) throws IOException {
        Path data = Files.createDirectory(mount.resolve(version));
        Files.writeString(data.resolve("services.yaml"), text);
    }

    private static String service(String name) {
        return """
               apiVersion: openslo/v1
               kind: Service
               metadata: {name: %s}
               spec: {description: one of them}
               """
                .formatted(name);
    }
}
