$ErrorActionPreference = 'SilentlyContinue'
'mhz=' + (Get-CimInstance Win32_Processor | Measure-Object MaxClockSpeed -Maximum).Maximum
'bytes=' + (Get-CimInstance Win32_ComputerSystem).TotalPhysicalMemory
$paths = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths'
foreach ($name in @('chrome.exe', 'msedge.exe', 'firefox.exe')) {
    $file = (Get-ItemProperty ($paths + '\' + $name)).'(default)'
    if ($file) { 'browser=' + $name + ' ' + (Get-Item $file).VersionInfo.ProductVersion }
}
Get-CimInstance Win32_SoundDevice | ForEach-Object { 'audio=' + $_.Name }
$settings = Get-ItemProperty 'HKCU:\Software\Microsoft\Windows\CurrentVersion\Internet Settings'
'proxy_on=' + $settings.ProxyEnable
'proxy_server=' + $settings.ProxyServer
'proxy_direct=' + $settings.ProxyOverride
'proxy_script=' + $settings.AutoConfigURL
if ('{address}') {
    $index = (Find-NetRoute -RemoteIPAddress '{address}' | Select-Object -First 1).InterfaceIndex
    'interface=' + (Get-NetAdapter -InterfaceIndex $index).InterfaceDescription
}
