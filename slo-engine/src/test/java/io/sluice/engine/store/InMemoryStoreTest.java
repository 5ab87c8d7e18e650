package io.sluice.engine.store;

class InMemoryStoreTest extends StoreContract {
    @Override
    protected Store open() {
        return new InMemoryStore();
    }
}
