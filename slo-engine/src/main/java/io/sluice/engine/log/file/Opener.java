package io.sluice.engine.log.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How a file that exists is opened for writing; tests open ones that fail. */
@FunctionalInterface
interface Opener {
    /** What a disk does. */
    Opener DISK = path -> FileChannel.open(path, StandardOpenOption.WRITE);

    FileChannel open(Path path) throws IOException;
}
