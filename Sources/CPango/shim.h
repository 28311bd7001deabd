#pragma once
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

// What Swift does not import: casting macros and functions that take them.
static inline void chengxin_unref(void *object) { g_object_unref(object); }
static inline void chengxin_font_map_resolution(PangoFontMap *map, double dpi) {
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), dpi);
}
