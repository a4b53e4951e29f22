package shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.vibee.journal.database.TestDatabase;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The shop")
@Timeout(180)
@Tag("process")
class ShopTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Config config = ConfigFactory.load()
            .withValue(
                    "pekko.persistence.postgres.database.url",
                    ConfigValueFactory.fromAnyRef(TestDatabase.empty().reveal()));

    @Test
    @DisplayName("remembers carts from one start to the next, and counts each item once")
    void remembers() {
        try (Shop shop = Shop.open(config)) {
            shop.put("ann", "socks", 2);
            shop.put("bob", "socks", 1);
            awaitPopularity(shop, Map.of("socks", 3L));
        }
        try (Shop shop = Shop.open(config)) {
            assertThat(shop.show("ann").items()).isEqualTo(Map.of("socks", 2));
            shop.put("ann", "hat", 1);
            awaitPopularity(shop, Map.of("socks", 3L, "hat", 1L));
        }
    }

    @Test
    @DisplayName("takes nothing more into a cart that is checked out")
    void checkedOut() {
        try (Shop shop = Shop.open(config)) {
            shop.put("ann", "socks", 2);
            shop.checkOut("ann");

            assertThatThrownBy(() -> shop.put("ann", "hat", 1)).hasMessageContaining("the cart is checked out");
        }
    }

    private static void awaitPopularity(Shop shop, Map<String, Long> expected) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!shop.popularity().equals(expected)) {
            assertThat(deadline - System.nanoTime()).as("%s, in time", expected).isPositive();
            LockSupport.parkNanos(20_000_000);
        }
    }
}
