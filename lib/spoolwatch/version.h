/* version: of the library, as text and as numbers. SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SPOOLWATCH_VERSION_H
#define SPOOLWATCH_VERSION_H

#define SW_VERSION	 "0.1.0"
#define SW_VERSION_MAJOR 0
#define SW_VERSION_MINOR 1
#define SW_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

/* SW_VERSION as it was when the archive was built; static text. */
const char *sw_version(void);

#ifdef __cplusplus
}
#endif

#endif
