package io.sluice.engine.log;

class InMemoryIngestLogTest extends IngestLogContract {
    @Override
    protected IngestLog open() {
        return new InMemoryIngestLog();
    }
}
