package io.vibee.sandbox;

/**
 * What a person sees after they press a button.
 *
 * @param text may be empty: then the button only stops to wait
 * @param alert whether the text stays until the person closes it
 */
public record CallbackAnswer(String text, boolean alert) {}
