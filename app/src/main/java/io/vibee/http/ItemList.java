package io.vibee.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of a list, as the API shows it. */
record ItemList<T>(List<T> items, @Nullable String nextCursor) {}
