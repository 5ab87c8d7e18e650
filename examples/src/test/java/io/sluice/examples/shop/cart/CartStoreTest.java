package io.sluice.examples.shop.cart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class CartStoreTest {
    private final CartStore store = new CartStore();

    @Test
    void staleVersion_writesNothing() {
        Cart seen = store.findOrCreate("c");
        Cart first = seen.with(new Cart.Line("p1", 1));
        Cart second = seen.with(new Cart.Line("p2", 1));
        assertThat(store.writeIfUnchanged(first)).isInstanceOf(CartStore.Write.Done.class);
        assertThat(store.writeIfUnchanged(second)).isInstanceOf(CartStore.Write.Conflict.class);
        assertThat(store.find("c").orElseThrow().lines()).containsExactly(new Cart.Line("p1", 1));
    }

    @Test
    void missingCart_isSaid() {
        assertThat(store.writeIfUnchanged(Cart.empty("none")))
                .isInstanceOf(CartStore.Write.Missing.class);
        assertThat(store.overwrite(Cart.empty("none"))).isEmpty();
    }

    @Test
    void overwrite_destroysAndTellsWhat() {
        Cart seen = store.findOrCreate("c");
        store.writeIfUnchanged(seen.with(new Cart.Line("p1", 1)));
        Cart destroyed = store.overwrite(seen.with(new Cart.Line("p2", 1))).orElseThrow();
        assertThat(destroyed.version()).isEqualTo(seen.version() + 1);
        assertThat(store.find("c").orElseThrow().lines()).containsExactly(new Cart.Line("p2", 1));
    }

    @Test
    void concurrentEdits_areAllKept() throws Exception {
        store.findOrCreate("c");
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService editors = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> edits = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String sku = "p" + i;
                edits.add(
                        editors.submit(
                                () -> {
                                    start.await();
                                    add(sku);
                                    return null;
                                }));
            }
            start.countDown();
            for (Future<?> edit : edits) {
                edit.get();
            }
        }
        Cart cart = store.find("c").orElseThrow();
        assertThat(cart.lines()).hasSize(64);
        assertThat(cart.version()).isEqualTo(64);
    }

    private void add(String sku) {
        while (!(store.writeIfUnchanged(store.find("c").orElseThrow().with(new Cart.Line(sku, 1)))
                instanceof CartStore.Write.Done)) {
            Thread.onSpinWait();
        }
    }
}
