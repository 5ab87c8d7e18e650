package io.sluice.server.watch;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What can be seen of a folder's files without reading them. Links are followed, as the loader
 * does; what cannot be read is left out, so that it differs once it can.
 *
 * @param files by their path as the folder shows it
 */
record FolderStamps(Map<Path, Stamp> files) {
    FolderStamps {
        files = Map.copyOf(files);
    }

    /**
     * One file's.
     *
     * @param identity the inode, where the file system has one: a file that was renamed over
     *     another may be as long and as old
     */
    private record Stamp(FileTime modified, long size, @Nullable Object identity) {}

    /** Everything under a folder; nothing where there is no folder. */
    static FolderStamps of(Path folder) {
        Map<Path, Stamp> stamps = new HashMap<>();
        try {
            Files.walkFileTree(
                    folder,
                    EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                    Integer.MAX_VALUE,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path path, BasicFileAttributes file) {
                            stamps.put(
                                    path,
                                    new Stamp(
                                            file.lastModifiedTime(), file.size(), file.fileKey()));
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path path, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path path, @Nullable IOException e) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            return new FolderStamps(Map.of());
        }
        return new FolderStamps(stamps);
    }
}
