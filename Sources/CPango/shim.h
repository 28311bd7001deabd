#pragma once
#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <hb-subset.h>
#include <hb.h>
#include <pango/pangocairo.h>

// What Swift does not import: casting macros and functions that take them.
static inline void chengxin_unref(void *object) { g_object_unref(object); }
static inline void chengxin_font_map_resolution(PangoFontMap *map, double dpi) {
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), dpi);
}

// glibc has had it since 2.27 and declares it under _GNU_SOURCE only.
extern int memfd_create(const char *name, unsigned int flags);
