package io.holdfast.scheduler.store;

/** The fake keeps the contract too, or what the core's simulation shows would be worth nothing. */
class MemoryStoreTest extends StoreContract {
    private final MemoryStore.Disk disk = new MemoryStore.Disk("cluster-1");

    @Override
    Store open() {
        return new MemoryStore(disk, Runnable::run);
    }
}
