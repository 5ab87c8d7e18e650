package io.sluice.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Map;

class ReservingLogTest extends IngestLogContract {

    private long free = 1_000;

    @Override
    protected IngestLog open() {
        return new ReservingLog(new InMemoryIngestLog(), () -> free, 1_000);
    }

    @Test
    void withLessThanTheReserve_nothingIsAppended_andAllCanBeRead() throws IOException {
        LogEntry entry =
                new LogEntry(
                        "test", "", false, 1, LogEntry.Encoding.IDENTITY, Map.of(), new byte[] {1});
        log.append(List.of(entry));

        free = 999;
        assertThatThrownBy(() -> log.append(List.of(entry)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("less than 1000 bytes");
        assertThat(((ReservingLog) log).refused()).isEqualTo(1);
        assertThat(log.nextOffset()).isEqualTo(2);
        assertThat(log.find(1)).isPresent();

        free = 1_000;
        assertThat(log.append(List.of(entry))).isEqualTo(2);
    }
}
